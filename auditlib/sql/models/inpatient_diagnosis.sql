-- title: Diagnoses of hospital stays, with what the patient's age and sex say about them
-- row: one principal, secondary or external cause diagnosis (ICD-10-CM) of a stay
-- key: claim_id, encounter_id, item_number
-- rule: the diagnoses of core.hospital_stay, each with the stay's facts; admitting diagnoses take no part
-- source: CMS Definitions of Medicare Code Edits: age in years at admission
-- needs: core.hospital_stay
-- for: checks
select
  diagnosis.claim_id,
  diagnosis.encounter_id,
  diagnosis.item_number,
  diagnosis.code,
  first_listed_diagnosis.code as principal_code,
  coalesce(first_listed_diagnosis.item_number = diagnosis.item_number, false) as is_principal,
  diagnosis.poa_indicator,
  diagnosis.service_date,
  hospital_stay.sex,
  hospital_stay.admission_age_years,
  hospital_stay.last_age_years
from core.diagnosis as diagnosis
inner join core.hospital_stay as hospital_stay
  on hospital_stay.claim_id = diagnosis.claim_id
left join core.first_listed_diagnosis as first_listed_diagnosis
  on first_listed_diagnosis.claim_id = diagnosis.claim_id
where
  diagnosis.code_system = 'ICD-10-CM'
  and diagnosis.code_role in ('principal', 'secondary', 'external cause')
union all
select
  diagnosis.claim_id,
  diagnosis.encounter_id,
  diagnosis.item_number,
  diagnosis.code,
  first_listed_diagnosis.code as principal_code,
  coalesce(first_listed_diagnosis.item_number = diagnosis.item_number, false) as is_principal,
  diagnosis.poa_indicator,
  diagnosis.service_date,
  hospital_stay.sex,
  hospital_stay.admission_age_years,
  hospital_stay.last_age_years
from core.diagnosis as diagnosis
inner join core.hospital_stay as hospital_stay
  on hospital_stay.encounter_id = diagnosis.encounter_id and hospital_stay.claim_id is null
left join core.first_listed_diagnosis as first_listed_diagnosis
  on first_listed_diagnosis.encounter_id = diagnosis.encounter_id and first_listed_diagnosis.claim_id is null
where
  diagnosis.claim_id is null
  and diagnosis.code_system = 'ICD-10-CM'
  and diagnosis.code_role in ('principal', 'secondary', 'external cause')
