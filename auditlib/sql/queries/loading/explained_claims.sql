-- Every claim that an ExplanationOfBenefit repeats of the Claim that it names, which is loaded.
select
  claim.claim_id,
  claim.source_file_id,
  claim.charge_amount
from core.claim as claim
inner join core.named_claim as named_claim
  on named_claim.remit_claim_id = claim.claim_id and named_claim.is_answered and named_claim.claim_id <> claim.claim_id
order by claim.claim_id
