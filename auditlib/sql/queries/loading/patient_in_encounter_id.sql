-- The patients whose pseudonym is part of an encounter's id, because two practices use one number.
select distinct claim.patient_id
from core.claim as claim
inner join core.claim_encounter as claim_encounter
  on claim_encounter.claim_id = claim.claim_id
where
  claim_encounter.encounter_id = concat(
    claim.patient_control_number, '~', coalesce(claim.billing_provider_id, 'unknown'), '~', claim.patient_id
  )
order by claim.patient_id
