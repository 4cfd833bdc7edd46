-- The encounters that claims of some patients bill within some days, null for no limit: the records of an enrollee's year.
-- The patient is the claim's, as in the frame: a chart may know the patient by another pseudonym.
select distinct
  cast(claim.patient_id as varchar) as unit_id,
  cast(encounter.encounter_id as varchar) as encounter_id
from core.claim as claim
inner join core.claim_encounter as claim_encounter
  on claim_encounter.claim_id = claim.claim_id
inner join core.encounter as encounter
  on encounter.encounter_id = claim_encounter.encounter_id
where list_contains($unit_ids, cast(claim.patient_id as varchar))
  and ($from_date is null or encounter.discharge_date >= cast($from_date as date))
  and ($to_date is null or encounter.discharge_date <= cast($to_date as date))
order by unit_id, encounter_id
