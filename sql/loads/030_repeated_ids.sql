-- grain: one application_id that needs care: it has arrived more than once, or the warehouse has it already. All others
-- are one revision of one user, and can simply be added.
create temporary table repeated_ids on commit drop as
select application_id
from arrived_applications
where disposition = 'decided'
group by application_id
having count(*) > 1
union
select n.application_id
from arrived_applications as n
join dw.fact_loan_application as f using (application_id)
where n.disposition = 'decided';
