-- id: MCE-02
-- title: External cause as principal diagnosis of a stay
-- version: 1
-- unit: principal diagnosis of a hospital stay
-- severity: F
-- settings: inpatient, encounters not yet billed
-- authority: CMS Definitions of Medicare Code Edits, edit 2
-- needs: the list of the Medicare Code Editor for the last day of the stay
-- codesets: Medicare Code Editor
-- fix: List the injury or condition first, and the external cause after it
-- effective: 2015-10-01
--
-- The editor's own list, in force on the last day of the stay. DX-18 judges all settings by the chapter.
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
    and list_release_day.list_name = 'MCE principal external cause'
  where inpatient_diagnosis.is_principal
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
    concat(diagnosis_code.shown_code, ' is an external cause and cannot be the principal diagnosis.') as detail,
    eligible.release,
    cast(null as decimal(18, 2)) as at_stake_amount
  from eligible
  inner join ref.code_list as code_list
    on code_list.list_name = 'MCE principal external cause'
    and code_list.code_system = 'ICD-10-CM'
    and code_list.release = eligible.release
    and code_list.code = eligible.code
  inner join core.diagnosis_code as diagnosis_code
    on diagnosis_code.code = eligible.code
)
