-- What was paid in all for the claims of some encounters, reversals netted; null where no payer answered.
select
  claim_encounter.encounter_id,
  cast(sum(remit_claim.paid_amount) as decimal(18, 2)) as paid_amount
from core.claim_encounter as claim_encounter
inner join core.claim_link as claim_link
  on claim_link.claim_id = claim_encounter.claim_id
inner join core.remit_claim as remit_claim
  on remit_claim.remit_claim_id = claim_link.remit_claim_id
where list_contains($encounter_ids, claim_encounter.encounter_id)
  and coalesce(remit_claim.claim_status_code, '') not in ('23', '25')
group by claim_encounter.encounter_id
order by claim_encounter.encounter_id
