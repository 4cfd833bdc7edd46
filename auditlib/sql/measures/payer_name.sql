-- title: The name of each payer of claims
-- row: one payer; where its name is spelled in several ways, the first of them
select
  cast(coalesce(claim_outcome.payer_id, 'unknown') as varchar) as payer_id,
  cast(min(coalesce(claim_outcome.payer_name, claim_outcome.payer_id, 'unknown')) as varchar) as payer_name
from mart.claim_outcome as claim_outcome
group by coalesce(claim_outcome.payer_id, 'unknown')
order by payer_id
