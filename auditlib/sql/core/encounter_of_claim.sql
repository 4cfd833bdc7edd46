-- The encounter that each of some claims bills.
select
  cast(claim.claim_id as varchar) as unit_id,
  claim.patient_control_number as encounter_id
from core.claim as claim
where list_contains($unit_ids, cast(claim.claim_id as varchar))
order by claim.claim_id
