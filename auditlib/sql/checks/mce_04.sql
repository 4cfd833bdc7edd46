-- id: MCE-04
-- title: Diagnosis that does not fit the patient's age
-- version: 1
-- unit: diagnosis of a hospital stay
-- severity: F
-- settings: inpatient, encounters not yet billed
-- authority: CMS Definitions of Medicare Code Edits, edit 4
-- needs: the patient's date of birth, and the list of the Medicare Code Editor for the last day of the stay
-- codesets: Medicare Code Editor
-- fix: Compare the date of birth with the record, then the code
-- effective: 2015-10-01
--
-- Newborn 0 years, pediatric 0 to 17, maternity 9 to 64, adult 15 to 124. The editor counts age on the day of admission;
-- whoever fits on the last day of the stay is no finding either. An age outside 0 to 124 is not checked.
with
band as (
  select
    'MCE newborn only' as list_name,
    0 as first_age_years,
    0 as last_age_years,
    'a newborn (0 years)' as meant_for
  union all
  select
    'MCE pediatric only' as list_name,
    0 as first_age_years,
    17 as last_age_years,
    'a child (0 to 17 years)' as meant_for
  union all
  select
    'MCE maternity only' as list_name,
    9 as first_age_years,
    64 as last_age_years,
    'maternity (9 to 64 years)' as meant_for
  union all
  select
    'MCE adult only' as list_name,
    15 as first_age_years,
    124 as last_age_years,
    'an adult (15 to 124 years)' as meant_for
),

band_day as (
  select
    list_release_day.service_date,
    min(list_release_day.release) as release
  from core.list_release_day as list_release_day
  inner join band
    on band.list_name = list_release_day.list_name
  group by list_release_day.service_date
  having count(*) = 4
),

eligible as (
  select
    inpatient_diagnosis.claim_id,
    inpatient_diagnosis.encounter_id,
    inpatient_diagnosis.item_number,
    inpatient_diagnosis.code,
    inpatient_diagnosis.service_date,
    inpatient_diagnosis.admission_age_years,
    inpatient_diagnosis.last_age_years,
    band_day.release,
    1 as counted_as,
    band_day.release is not null
    and inpatient_diagnosis.admission_age_years between 0 and 124
    and inpatient_diagnosis.last_age_years is not null as is_checked
  from core.inpatient_diagnosis as inpatient_diagnosis
  left join band_day
    on band_day.service_date = inpatient_diagnosis.service_date
),

violating as (
  select
    eligible.claim_id,
    eligible.encounter_id,
    eligible.item_number,
    'ICD-10-CM' as code_system,
    eligible.code,
    cast(null as varchar) as related_code,
    eligible.service_date,
    concat(diagnosis_code.shown_code, ' is for ', min(band.meant_for), '; the patient is of another age.') as detail,
    eligible.release,
    cast(null as decimal(18, 2)) as at_stake_amount
  from eligible
  inner join ref.code_list as code_list
    on code_list.code_system = 'ICD-10-CM'
    and code_list.release = eligible.release
    and code_list.code = eligible.code
  inner join band
    on band.list_name = code_list.list_name
  inner join core.diagnosis_code as diagnosis_code
    on diagnosis_code.code = eligible.code
  where
    eligible.is_checked
    and not eligible.admission_age_years between band.first_age_years and band.last_age_years
    and not eligible.last_age_years between band.first_age_years and band.last_age_years
  group by
    eligible.claim_id,
    eligible.encounter_id,
    eligible.item_number,
    eligible.code,
    eligible.service_date,
    eligible.release,
    diagnosis_code.shown_code
)
