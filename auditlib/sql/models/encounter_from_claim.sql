-- title: Encounters as their claims describe them
-- row: one encounter that no file gave
-- key: encounter_id
-- fills: core.encounter
-- part: origin = 'claim'
-- needs: core.billed_encounter
-- cut: patient_control_number
-- rule: dates, providers and discharge are those of the claim that describes the encounter
select
  cast(billed_encounter.encounter_id as varchar) as encounter_id,
  cast(billed_encounter.encounter_class as varchar) as encounter_class,
  claim.patient_id,
  coalesce(claim.admit_date, claim.from_date, claim.submit_date) as admit_date,
  coalesce(claim.to_date, claim.from_date, claim.submit_date) as discharge_date,
  cast(null as varchar) as coder_id,
  cast(null as date) as coded_date,
  claim.billing_provider_id as facility_id,
  claim.rendering_provider_id as provider_id,
  coalesce(claim.rendering_taxonomy_code, claim.billing_taxonomy_code) as specialty,
  claim.discharge_status_code,
  claim.drg_code as billed_drg_code,
  cast('claim' as varchar) as origin,
  claim.source_file_id,
  claim.source_offset
from core.billed_encounter as billed_encounter
inner join core.claim as claim
  on claim.claim_id = billed_encounter.claim_id
order by billed_encounter.encounter_id
