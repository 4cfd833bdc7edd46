-- id: MCE-17
-- title: Procedure of a stay that Medicare covers only in some cases
-- version: 1
-- unit: ICD-10-PCS procedure of a hospital stay
-- severity: R
-- settings: inpatient, encounters not yet billed
-- authority: CMS Definitions of Medicare Code Edits, edit 17
-- needs: the list of limited coverage of the Medicare Code Editor for the last day of the stay
-- codesets: Medicare Code Editor
-- fix: Show the coverage determination that the stay meets, and that the hospital is approved where it must be
-- effective: 2015-10-01
--
-- Nothing is wrong with the code: transplants, assist devices and the like are paid where their terms are met.
with
eligible as (
  select
    coded_procedure.claim_id,
    coded_procedure.encounter_id,
    coded_procedure.item_number,
    coded_procedure.code,
    coded_procedure.service_date,
    list_release_day.release,
    1 as counted_as,
    list_release_day.release is not null as is_checked
  from core.coded_procedure as coded_procedure
  inner join core.hospital_stay as hospital_stay
    on coalesce(hospital_stay.claim_id, -1) = coalesce(coded_procedure.claim_id, -1)
    and coalesce(hospital_stay.encounter_id, '') = coalesce(coded_procedure.encounter_id, '')
  left join core.list_release_day as list_release_day
    on list_release_day.service_date = coded_procedure.service_date
    and list_release_day.list_name = 'MCE limited coverage'
),

violating as (
  select
    eligible.claim_id,
    eligible.encounter_id,
    eligible.item_number,
    'ICD-10-PCS' as code_system,
    eligible.code,
    cast(null as varchar) as related_code,
    eligible.service_date,
    concat('Medicare covers ', eligible.code, ' only in some cases.') as detail,
    eligible.release,
    cast(null as decimal(18, 2)) as at_stake_amount
  from eligible
  inner join ref.code_list as code_list
    on code_list.list_name = 'MCE limited coverage'
    and code_list.code_system = 'ICD-10-PCS'
    and code_list.release = eligible.release
    and code_list.code = eligible.code
)
