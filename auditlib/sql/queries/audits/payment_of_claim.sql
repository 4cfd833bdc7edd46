-- What the primary payer paid in the end for each of some original claims; null where it did not answer.
select
  cast(claim_outcome.claim_id as varchar) as unit_id,
  cast(case when claim_outcome.response_count > 0 then claim_outcome.paid_amount end as decimal(18, 2)) as paid_amount
from mart.claim_outcome as claim_outcome
where list_contains($unit_ids, cast(claim_outcome.claim_id as varchar))
order by claim_outcome.claim_id
