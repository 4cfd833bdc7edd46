-- id: MCE-11
-- title: Procedure that Medicare does not cover
-- version: 1
-- unit: ICD-10-PCS procedure of a hospital stay
-- severity: D
-- settings: inpatient, encounters not yet billed
-- authority: CMS Definitions of Medicare Code Edits, edit 11
-- needs: the list of non-covered procedures of the Medicare Code Editor for the last day of the stay
-- codesets: Medicare Code Editor
-- fix: Bill the stay's covered part as the payer asks, or show that the coverage has an exception
-- effective: 2015-10-01
--
-- Procedures that are never covered, and those that are not covered over 60 years of age. Parts of the list that depend
-- on a diagnosis are not judged: the definitions state the condition in words.
with
eligible as (
  select
    coded_procedure.claim_id,
    coded_procedure.encounter_id,
    coded_procedure.item_number,
    coded_procedure.code,
    coded_procedure.service_date,
    hospital_stay.admission_age_years,
    list_release_day.release,
    1 as counted_as,
    list_release_day.release is not null as is_checked
  from core.coded_procedure as coded_procedure
  inner join core.hospital_stay as hospital_stay
    on coalesce(hospital_stay.claim_id, -1) = coalesce(coded_procedure.claim_id, -1)
    and coalesce(hospital_stay.encounter_id, '') = coalesce(coded_procedure.encounter_id, '')
  left join core.list_release_day as list_release_day
    on list_release_day.service_date = coded_procedure.service_date
    and list_release_day.list_name = 'MCE noncovered always'
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
    concat(
      eligible.code,
      ' is a procedure that Medicare does not cover',
      case when min(code_list.list_name) = 'MCE noncovered over60' then ' over 60 years of age.' else '.' end
    ) as detail,
    eligible.release,
    cast(null as decimal(18, 2)) as at_stake_amount
  from eligible
  inner join ref.code_list as code_list
    on code_list.code_system = 'ICD-10-PCS'
    and code_list.release = eligible.release
    and code_list.code = eligible.code
  where
    code_list.list_name = 'MCE noncovered always'
    or (
      code_list.list_name = 'MCE noncovered over60'
      and eligible.admission_age_years > 60
    )
  group by
    eligible.claim_id,
    eligible.encounter_id,
    eligible.item_number,
    eligible.code,
    eligible.service_date,
    eligible.release
)
