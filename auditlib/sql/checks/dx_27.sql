-- id: DX-27
-- title: Present-on-admission indicator on an exempt code
-- version: 1
-- unit: diagnosis of a hospital stay with an indicator Y, N, U or W
-- severity: R
-- settings: inpatient, encounters not yet billed
-- authority: ICD-10-CM Official Guidelines, appendix I; CMS POA-exempt list
-- needs: the POA exempt list for the date of service
-- codesets: POA exempt
-- fix: Leave the indicator of an exempt code blank
-- effective: 2015-10-01
--
-- The guidelines exempt the code from reporting. Payers differ in what they do with an indicator that is given all the
-- same, so that nothing here is fatal.
with
eligible as (
  select
    inpatient_diagnosis.claim_id,
    inpatient_diagnosis.encounter_id,
    inpatient_diagnosis.item_number,
    inpatient_diagnosis.code,
    inpatient_diagnosis.poa_indicator,
    inpatient_diagnosis.service_date,
    list_release_day.release,
    1 as counted_as,
    list_release_day.release is not null as is_checked
  from core.inpatient_diagnosis as inpatient_diagnosis
  left join core.list_release_day as list_release_day
    on list_release_day.service_date = inpatient_diagnosis.service_date and list_release_day.list_name = 'POA exempt'
  where inpatient_diagnosis.poa_indicator in ('Y', 'N', 'U', 'W')
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
    concat(diagnosis_code.shown_code, ' is exempt, and has the present-on-admission indicator ', eligible.poa_indicator, '.') as detail,
    eligible.release,
    cast(null as decimal(18, 2)) as at_stake_amount
  from eligible
  inner join ref.code_list as code_list
    on code_list.list_name = 'POA exempt'
    and code_list.code_system = 'ICD-10-CM'
    and code_list.release = eligible.release
    and code_list.code = eligible.code
  inner join core.diagnosis_code as diagnosis_code
    on diagnosis_code.code = eligible.code
)
