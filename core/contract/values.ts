/** Where a position ends (DOMAIN §2); until then it is pending. */
export const DISPOSITIONS = ['decided', 'duplicate', 'conflict', 'quarantined', 'undecided'] as const;
export type Disposition = (typeof DISPOSITIONS)[number];

/** Names of data-quality checks: the values of `data_quality_issues.check_type` and of a metric's dimension. */
export const CHECKS = [
  'oversized_record',
  'malformed_json',
  'card_number_present',
  'missing_field',
  'invalid_field',
  'missing_credit_score',
  'invalid_credit_score',
  'missing_loan_amount',
  'invalid_loan_amount',
  'invalid_timestamp',
  'future_timestamp',
  'invalid_optional_field',
  'conflicting_record',
  'reused_application_id',
] as const;
export type CheckType = (typeof CHECKS)[number];

export const RISK_LEVELS = ['High', 'Medium', 'Low'] as const;
export type RiskLevel = (typeof RISK_LEVELS)[number];

export const OUTCOMES = ['Approved', 'Rejected', 'Under Review'] as const;
export type Outcome = (typeof OUTCOMES)[number];

export const SEVERITIES = ['notice', 'review', 'critical'] as const;
export type Severity = (typeof SEVERITIES)[number];

export const ALERT_STATUSES = ['open', 'in_review', 'confirmed_fraud', 'false_positive', 'closed'] as const;
export type AlertStatus = (typeof ALERT_STATUSES)[number];

/** What a person may decide of an application that is under review. */
export const REVIEW_DECISIONS = ['Approved', 'Rejected'] as const;
export type ReviewDecision = (typeof REVIEW_DECISIONS)[number];

export const ACTIVITY_TYPES = [
  'transaction',
  'payment_made',
  'payment_missed',
  'credit_usage_spike',
  'loan_outcome',
] as const;
export type ActivityType = (typeof ACTIVITY_TYPES)[number];

export const CARD_TYPES = ['VISA', 'MASTERCARD', 'AMEX'] as const;
export type CardType = (typeof CARD_TYPES)[number];
