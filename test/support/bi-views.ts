const columns = (names: string): readonly string[] => names.split(' ');

/** Every view of schema bi and its columns, as those who build upon them were promised. */
export const BI_VIEWS: Readonly<Record<string, readonly string[]>> = {
  applications: columns(
    'application_id user_id revision date event_time ingest_time credit_score score_bin loan_amount risk_level ' +
      'approval_status final_status reviewed is_fraud fraud_confirmed region policy_id policy_version pd model_version',
  ),
  application_days: columns(
    'date region risk_level approval_status is_fraud fraud_confirmed score_bin applications approved rejected ' +
      'under_review flagged confirmed loan_amount credit_score_sum',
  ),
  transactions: columns(
    'transaction_id user_id date event_time amount location merchant card_type device_id credit_score risk_level is_fraud',
  ),
  transaction_days: columns('date location card_type risk_level is_fraud transactions flagged amount flagged_amount'),
  fraud_alerts: columns(
    'alert_id subject_kind application_id revision transaction_id user_id rule_id rule_version severity reason status ' +
      'is_open policy_id policy_version date event_time created_at updated_at region loan_amount location merchant ' +
      'card_type device_id amount disposed_by disposed_at disposition_reason',
  ),
  rule_days: columns('date rule_id subject_kind severity alerts open_alerts confirmed false_positives'),
  data_quality_issues: columns('id stream record_id date arrival check_type field reason quarantined'),
  data_quality_days: columns('date stream check_type quarantined issues'),
  arrivals: columns('stream hour date received decided quarantined duplicates conflicts undecided'),
  consent_days: columns('date refused_analytics refused_scoring applications'),
  review_decisions: columns(
    'review_id application_id user_id revision decision reviewer reason decided_at date is_current_revision',
  ),
  policies: columns(
    'policy_id version digest effective_from effective_to in_force amount_ceiling high_below low_from reject_below ' +
      'approval_floor instant_amount',
  ),
  policy_rules: columns('policy_id version in_force rule_id rule_version subject_kind severity reason condition'),
  policy_exceptions: columns('policy_id version in_force exception_id subject rule_id until why approved_by'),
  job_runs: columns(
    'job source target run_id date started finished duration_seconds rows_in rows_out status policy_version detail',
  ),
  reconciliations: columns('run_id at date pending missing unexpected parity_differences differences'),
  freshness: columns('warehouse_as_of last_run_id last_run_status last_event_time last_arrival schema_version'),
  dates: columns('date day month quarter year'),
};
