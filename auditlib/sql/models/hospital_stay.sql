-- title: Hospital stays, with the patient's age and sex
-- row: one claim with bill type 11, or one inpatient encounter not yet billed
-- key: claim_id, encounter_id
-- rule: age is counted in whole years on the day of admission and on the last day; the first day of service stands for
--   a day of admission that is not given. Payment groups (DRG) are written as three digits
-- source: CMS Definitions of Medicare Code Edits: age in years at admission
-- needs: core.claim, core.encounter
-- for: checks
with
stay as (
  select
    claim.claim_id,
    claim_role.encounter_id,
    claim.patient_id,
    claim.admit_date,
    coalesce(claim.admit_date, claim.from_date, claim.to_date) as first_date,
    coalesce(claim.to_date, claim.from_date) as last_date,
    claim.discharge_status_code,
    case
      when regexp_matches(ltrim(trim(claim.drg_code), '0'), '^[0-9]{1,3}$') then lpad(ltrim(trim(claim.drg_code), '0'), 3, '0')
    end as drg
  from core.claim as claim
  left join core.claim_role as claim_role
    on claim_role.claim_id = claim.claim_id
  where claim.form = 'I' and substring(ltrim(claim.type_of_bill, '0'), 1, 2) = '11'
  union all
  select
    cast(null as bigint) as claim_id,
    encounter.encounter_id,
    encounter.patient_id,
    encounter.admit_date,
    encounter.admit_date as first_date,
    encounter.discharge_date as last_date,
    encounter.discharge_status_code,
    cast(null as varchar) as drg
  from core.encounter as encounter
  left join (select distinct claim_encounter.encounter_id from core.claim_encounter as claim_encounter) as billed
    on billed.encounter_id = encounter.encounter_id
  where encounter.encounter_class = 'inpatient' and billed.encounter_id is null
)

select
  cast(stay.claim_id as bigint) as claim_id,
  cast(stay.encounter_id as varchar) as encounter_id,
  cast(stay.patient_id as varchar) as patient_id,
  patient.sex,
  cast(stay.admit_date as date) as admit_date,
  cast(stay.first_date as date) as first_date,
  cast(stay.last_date as date) as last_date,
  cast(
    year(stay.first_date) - year(patient.birth_date)
    - case
      when month(stay.first_date) * 100 + day(stay.first_date) < month(patient.birth_date) * 100 + day(patient.birth_date)
        then 1
      else 0
    end as bigint
  ) as admission_age_years,
  cast(
    year(stay.last_date) - year(patient.birth_date)
    - case
      when month(stay.last_date) * 100 + day(stay.last_date) < month(patient.birth_date) * 100 + day(patient.birth_date)
        then 1
      else 0
    end as bigint
  ) as last_age_years,
  cast(stay.discharge_status_code as varchar) as discharge_status_code,
  cast(stay.drg as varchar) as drg
from stay
left join core.patient as patient
  on patient.patient_id = stay.patient_id
