select id
from dw.data_quality_issues
where check_type not in (
  'oversized_record', 'malformed_json', 'card_number_present', 'missing_field', 'invalid_field',
  'missing_credit_score', 'invalid_credit_score', 'missing_loan_amount', 'invalid_loan_amount',
  'invalid_timestamp', 'future_timestamp', 'invalid_optional_field', 'conflicting_record', 'reused_application_id'
)
