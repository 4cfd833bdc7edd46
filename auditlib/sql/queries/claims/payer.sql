-- title: The payers of all claims, by identifier
-- row: one payer
select
  claim.payer_id,
  min(coalesce(claim.payer_name, claim.payer_id)) as payer_name
from core.claim as claim
where claim.payer_id is not null
group by claim.payer_id
order by claim.payer_id
