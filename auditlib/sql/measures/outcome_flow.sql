-- title: The way of every original claim from submission to its latest outcome
-- row: one path; each original claim is on exactly one path
select
  cast(claim_outcome.first_response as varchar) as first_response,
  cast(claim_outcome.is_reworked as boolean) as is_reworked,
  cast(claim_outcome.final_outcome as varchar) as final_outcome,
  cast(count(*) as bigint) as claim_count,
  cast(sum(claim_outcome.charge_amount) as decimal(18, 2)) as charge_amount,
  cast(sum(claim_outcome.denied_amount) as decimal(18, 2)) as denied_amount,
  cast(sum(claim_outcome.paid_amount) as decimal(18, 2)) as paid_amount
from mart.claim_outcome as claim_outcome
group by
  claim_outcome.first_response,
  claim_outcome.is_reworked,
  claim_outcome.final_outcome
order by first_response, is_reworked, final_outcome
