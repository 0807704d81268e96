-- What is contested goes out and comes in again as it is to be (051, 053); its row of credit_scores goes along, since
-- the new revision may refuse scoring.
with displaced as (
  delete from dw.fact_loan_application as t
  using contested_revisions as n
  where n.is_current and t.application_id = n.application_id and t.user_id = n.user_id
  returning t.application_id, t.user_id
),
superseded as (
  delete from dw.superseded_revisions as t
  using contested_revisions as n
  where n.is_current and t.application_id = n.application_id and t.user_id = n.user_id
)
delete from dw.credit_scores as c
using displaced as d
where c.application_id = d.application_id and c.user_id = d.user_id;
