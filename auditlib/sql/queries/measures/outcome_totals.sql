-- Claims and dollars of all outcomes, and the payments that belong to no claim: together all that was paid.
with unmatched as (
  select coalesce(sum(remit_claim.paid_amount), 0) as paid_amount
  from core.remit_claim as remit_claim
  inner join core.claim_link as claim_link
    on claim_link.remit_claim_id = remit_claim.remit_claim_id
  where claim_link.claim_id is null
)
select
  cast(count(*) as bigint) as claim_count,
  cast(coalesce(sum(claim_outcome.paid_amount), 0) as decimal(18, 2)) as paid_amount,
  cast(coalesce(sum(claim_outcome.secondary_paid_amount), 0) as decimal(18, 2)) as secondary_paid_amount,
  cast(max(unmatched.paid_amount) as decimal(18, 2)) as unmatched_paid_amount
from unmatched
left join mart.claim_outcome as claim_outcome
  on true
