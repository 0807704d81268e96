-- A fact is the highest revision of its application.
select r.application_id, r.user_id, r.revision
from dw.loan_application_revisions as r
left join dw.fact_loan_application as f using (application_id, user_id)
where f.revision is null or f.revision < r.revision
