-- id: HCC-01
-- title: Risk category without an acceptable source
-- version: 1
-- unit: patient, year of service and risk category
-- severity: R
-- settings: professional, inpatient, outpatient
-- authority: CMS, Final Encounter Data Diagnosis Filtering Logic (HPMS memo of 22 December 2015)
-- needs: the map of diagnoses to risk categories (CMS-HCC V28) for the date of service
-- codesets: CMS-HCC
-- fix: Report the diagnosis from a face-to-face visit, or delete it from the risk adjustment data
-- effective: 2022-01-01
--
-- Professional claims count as acceptable: the list of their procedures is not read.
with
eligible as (
  select
    risk_category_year.claim_id,
    risk_category_year.encounter_id,
    risk_category_year.item_number,
    risk_category_year.code,
    risk_category_year.category,
    risk_category_year.service_year,
    risk_category_year.service_date,
    risk_category_year.has_acceptable_source,
    risk_category_year.is_only_assessed,
    1 as counted_as,
    risk_category_year.is_mapped as is_checked
  from core.risk_category_year as risk_category_year
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
    concat('Category ', eligible.category, ' of ', cast(eligible.service_year as varchar), ' rests on claims only that are no source of risk adjustment', '.') as detail,
    cast(null as varchar) as release,
    cast(null as decimal(18, 2)) as at_stake_amount
  from eligible
  where eligible.is_checked and not eligible.has_acceptable_source
)
