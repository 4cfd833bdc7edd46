-- id: DX-23
-- title: Diagnosis outside of a hospital stay that rarely fits the patient's age
-- version: 1
-- unit: diagnosis of a bill that is no hospital stay, each code once
-- severity: R
-- settings: professional, institutional outpatient, dental, encounters not yet billed
-- authority: CMS Definitions of Medicare Code Edits, edit 4, whose lists are for stays
-- needs: the patient's date of birth, and the list of the Medicare Code Editor for the day of service
-- codesets: Medicare Code Editor
-- fix: Compare the date of birth with the record, then the code
-- effective: 2015-10-01
--
-- MCE-04 judges hospital stays. Elsewhere the lists are a hint: outpatient editors have lists of their own.
with
band as (
  select 'MCE newborn only' as list_name, 0 as first_age_years, 0 as last_age_years union all
  select 'MCE pediatric only', 0, 17 union all
  select 'MCE maternity only', 9, 64 union all
  select 'MCE adult only', 15, 124
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

-- Whether it can be judged is of the bill, not of its codes.
listing as (
  select
    bill_diagnosis.bill_number,
    min(bill_diagnosis.service_date) as service_date,
    min(bill_diagnosis.claim_id) as claim_id,
    min(bill_diagnosis.encounter_id) as encounter_id,
    count(*) as code_count
  from core.bill_diagnosis as bill_diagnosis
  group by bill_diagnosis.bill_number
),

bill_patient as (
  select
    listing.bill_number,
    listing.service_date,
    listing.code_count,
    case when listing.claim_id is null then encounter.patient_id else claim.patient_id end as patient_id
  from listing
  left join core.claim as claim
    on claim.claim_id = listing.claim_id
  left join core.encounter as encounter
    on encounter.encounter_id = listing.encounter_id
  left join core.hospital_stay as hospital_stay
    on coalesce(hospital_stay.claim_id, -1) = coalesce(listing.claim_id, -1)
    and coalesce(hospital_stay.encounter_id, '') = coalesce(listing.encounter_id, '')
  where hospital_stay.encounter_id is null
),

aged as (
  select
    bill_patient.bill_number,
    bill_patient.service_date,
    bill_patient.code_count,
    year(bill_patient.service_date) - year(patient.birth_date)
    - case
      when
        month(bill_patient.service_date) * 100 + day(bill_patient.service_date)
        < month(patient.birth_date) * 100 + day(patient.birth_date)
        then 1
      else 0
    end as age_years
  from bill_patient
  left join core.patient as patient
    on patient.patient_id = bill_patient.patient_id
),

eligible as (
  select
    aged.bill_number,
    aged.service_date,
    aged.age_years,
    band_day.release,
    aged.code_count as counted_as,
    band_day.release is not null and coalesce(aged.age_years, -1) between 0 and 124 as is_checked
  from aged
  left join band_day
    on band_day.service_date = aged.service_date
),

violating as (
  select
    bill_diagnosis.claim_id,
    bill_diagnosis.encounter_id,
    bill_diagnosis.item_number,
    'ICD-10-CM' as code_system,
    bill_diagnosis.code,
    cast(null as varchar) as related_code,
    eligible.service_date,
    concat(
      diagnosis_code.shown_code,
      ' is for patients of ',
      cast(min(band.first_age_years) as varchar),
      ' to ',
      cast(max(band.last_age_years) as varchar),
      ' years as a rule; the patient is of another age.'
    ) as detail,
    eligible.release,
    cast(null as decimal(18, 2)) as at_stake_amount
  from eligible
  inner join core.bill_diagnosis as bill_diagnosis
    on bill_diagnosis.bill_number = eligible.bill_number
  inner join ref.code_list as code_list
    on code_list.code_system = 'ICD-10-CM'
    and code_list.release = eligible.release
    and code_list.code = bill_diagnosis.code
  inner join band
    on band.list_name = code_list.list_name
  inner join core.diagnosis_code as diagnosis_code
    on diagnosis_code.code = bill_diagnosis.code
  where
    eligible.is_checked
    and not eligible.age_years between band.first_age_years and band.last_age_years
  group by
    bill_diagnosis.claim_id,
    bill_diagnosis.encounter_id,
    bill_diagnosis.item_number,
    bill_diagnosis.code,
    eligible.service_date,
    eligible.release,
    diagnosis_code.shown_code
)
