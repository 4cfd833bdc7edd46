-- id: MCE-20
-- title: Unspecified side where the side is a complication's
-- version: 1
-- unit: diagnosis of a hospital stay that ended since 1 April 2022
-- severity: R
-- settings: inpatient, encounters not yet billed
-- authority: CMS Definitions of Medicare Code Edits, edit 20; FY 2022 IPPS final rule, table 6P.3a
-- needs: the list of unspecified codes of the Medicare Code Editor for the last day of the stay
-- codesets: Medicare Code Editor
-- fix: Take the code with the side, which any clinician's note may give; else say in the claim's remarks why it cannot be known
-- effective: 2022-04-01
--
-- The codes are complications (CC or MCC) of an unspecified side, beside which a code with the side exists.
with
eligible as (
  select
    inpatient_diagnosis.claim_id,
    inpatient_diagnosis.encounter_id,
    inpatient_diagnosis.item_number,
    inpatient_diagnosis.code,
    inpatient_diagnosis.service_date,
    list_release_day.release,
    1 as counted_as,
    list_release_day.release is not null as is_checked
  from core.inpatient_diagnosis as inpatient_diagnosis
  left join core.list_release_day as list_release_day
    on list_release_day.service_date = inpatient_diagnosis.service_date
    and list_release_day.list_name = 'MCE unspecified laterality'
  where inpatient_diagnosis.service_date >= date '2022-04-01'
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
    concat(diagnosis_code.shown_code, ' leaves the side open, and a code with the side exists.') as detail,
    eligible.release,
    cast(null as decimal(18, 2)) as at_stake_amount
  from eligible
  inner join ref.code_list as code_list
    on code_list.list_name = 'MCE unspecified laterality'
    and code_list.code_system = 'ICD-10-CM'
    and code_list.release = eligible.release
    and code_list.code = eligible.code
  inner join core.diagnosis_code as diagnosis_code
    on diagnosis_code.code = eligible.code
)
