-- The encounter that each of some claims bills.
select
  cast(claim.claim_id as varchar) as unit_id,
  claim_encounter.encounter_id
from core.claim as claim
inner join core.claim_encounter as claim_encounter
  on claim_encounter.claim_id = claim.claim_id
where list_contains($unit_ids, cast(claim.claim_id as varchar))
order by claim.claim_id
