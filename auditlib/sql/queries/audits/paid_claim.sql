-- What was paid in all for some claims, reversals netted; null where no payer answered.
select
  cast(claim_link.claim_id as varchar) as unit_id,
  cast(sum(remit_claim.paid_amount) as decimal(18, 2)) as paid_amount
from core.claim_link as claim_link
inner join core.remit_claim as remit_claim
  on remit_claim.remit_claim_id = claim_link.remit_claim_id
where list_contains($unit_ids, cast(claim_link.claim_id as varchar))
  and coalesce(remit_claim.claim_status_code, '') not in ('23', '25')
group by claim_link.claim_id
order by claim_link.claim_id
