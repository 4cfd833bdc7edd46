-- title: Diagnoses of hospital stays, with what the patient's age and sex say about them
-- row: one principal, secondary or external cause diagnosis (ICD-10-CM) of a stay
-- key: claim_id, encounter_id, item_number
-- rule: a stay is a claim with bill type 11, or an inpatient encounter not yet billed. Age is counted in whole years on
--   the day of admission and on the last day; the first day of service stands for a day of admission that is not given
-- source: CMS Definitions of Medicare Code Edits: age in years at admission
with
stay as (
  select
    claim.claim_id,
    cast(null as varchar) as encounter_id,
    claim.patient_id,
    coalesce(claim.admit_date, claim.from_date, claim.to_date) as first_date,
    coalesce(claim.to_date, claim.from_date) as last_date
  from core.claim as claim
  where claim.form = 'I' and substring(ltrim(claim.type_of_bill, '0'), 1, 2) = '11'
  union all
  select
    cast(null as bigint) as claim_id,
    encounter.encounter_id,
    encounter.patient_id,
    encounter.admit_date as first_date,
    encounter.discharge_date as last_date
  from core.encounter as encounter
  where encounter.encounter_class = 'inpatient'
),

stay_patient as (
  select
    stay.claim_id,
    stay.encounter_id,
    patient.sex,
    year(stay.first_date) - year(patient.birth_date)
    - case
      when month(stay.first_date) * 100 + day(stay.first_date) < month(patient.birth_date) * 100 + day(patient.birth_date)
        then 1
      else 0
    end as admission_age_years,
    year(stay.last_date) - year(patient.birth_date)
    - case
      when month(stay.last_date) * 100 + day(stay.last_date) < month(patient.birth_date) * 100 + day(patient.birth_date)
        then 1
      else 0
    end as last_age_years
  from stay
  left join core.patient as patient
    on patient.patient_id = stay.patient_id
),

stay_diagnosis as (
  select
    diagnosis.claim_id,
    diagnosis.encounter_id,
    diagnosis.item_number,
    diagnosis.code,
    diagnosis.poa_indicator,
    diagnosis.service_date,
    stay_patient.sex,
    stay_patient.admission_age_years,
    stay_patient.last_age_years
  from core.diagnosis as diagnosis
  inner join stay_patient
    on stay_patient.claim_id = diagnosis.claim_id
  where
    diagnosis.code_system = 'ICD-10-CM'
    and diagnosis.code_role in ('principal', 'secondary', 'external cause')
  union all
  select
    diagnosis.claim_id,
    diagnosis.encounter_id,
    diagnosis.item_number,
    diagnosis.code,
    diagnosis.poa_indicator,
    diagnosis.service_date,
    stay_patient.sex,
    stay_patient.admission_age_years,
    stay_patient.last_age_years
  from core.diagnosis as diagnosis
  inner join stay_patient
    on stay_patient.encounter_id = diagnosis.encounter_id
  where
    diagnosis.claim_id is null
    and diagnosis.code_system = 'ICD-10-CM'
    and diagnosis.code_role in ('principal', 'secondary', 'external cause')
)

select
  stay_diagnosis.claim_id,
  stay_diagnosis.encounter_id,
  stay_diagnosis.item_number,
  stay_diagnosis.code,
  first_listed_diagnosis.item_number is not null as is_principal,
  stay_diagnosis.poa_indicator,
  stay_diagnosis.service_date,
  stay_diagnosis.sex,
  cast(stay_diagnosis.admission_age_years as bigint) as admission_age_years,
  cast(stay_diagnosis.last_age_years as bigint) as last_age_years
from stay_diagnosis
left join core.first_listed_diagnosis as first_listed_diagnosis
  on coalesce(first_listed_diagnosis.claim_id, -1) = coalesce(stay_diagnosis.claim_id, -1)
  and coalesce(first_listed_diagnosis.encounter_id, '') = coalesce(stay_diagnosis.encounter_id, '')
  and first_listed_diagnosis.item_number = stay_diagnosis.item_number
