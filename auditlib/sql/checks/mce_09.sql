-- id: MCE-09
-- title: Unacceptable principal diagnosis of a stay
-- version: 1
-- unit: principal diagnosis of a hospital stay
-- severity: F
-- settings: inpatient, encounters not yet billed
-- authority: CMS Definitions of Medicare Code Edits, edit 9
-- needs: the list of the Medicare Code Editor for the last day of the stay
-- codesets: Medicare Code Editor
-- fix: List the condition that led to the stay first
-- effective: 2015-10-01
--
-- Some codes are acceptable where the stay has a secondary diagnosis: the definitions list them, and Z51.89 always was
-- one. The publisher's table of the lists leaves that exception out.
with
secondary as (
  select distinct
    inpatient_diagnosis.claim_id,
    inpatient_diagnosis.encounter_id
  from core.inpatient_diagnosis as inpatient_diagnosis
  where not inpatient_diagnosis.is_principal
),

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
    and list_release_day.list_name = 'MCE principal unacceptable'
  where inpatient_diagnosis.is_principal
),

listed as (
  select
    code_list.code,
    code_list.release,
    max(case when code_list.list_name = 'MCE principal requires secondary' or code_list.code = 'Z5189' then 1 else 0 end) as needs_secondary
  from ref.code_list as code_list
  where
    code_list.list_name in ('MCE principal unacceptable', 'MCE principal requires secondary')
    and code_list.code_system = 'ICD-10-CM'
  group by
    code_list.code,
    code_list.release
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
    concat(
      diagnosis_code.shown_code,
      case
        when listed.needs_secondary = 1 then ' is acceptable as principal diagnosis only beside a secondary one.'
        else ' is not acceptable as principal diagnosis.'
      end
    ) as detail,
    eligible.release,
    cast(null as decimal(18, 2)) as at_stake_amount
  from eligible
  inner join listed
    on listed.code = eligible.code and listed.release = eligible.release
  inner join core.diagnosis_code as diagnosis_code
    on diagnosis_code.code = eligible.code
  left join secondary
    on coalesce(secondary.claim_id, -1) = coalesce(eligible.claim_id, -1)
    and coalesce(secondary.encounter_id, '') = coalesce(eligible.encounter_id, '')
  where
    listed.needs_secondary = 0
    or (secondary.claim_id is null and secondary.encounter_id is null)
)
