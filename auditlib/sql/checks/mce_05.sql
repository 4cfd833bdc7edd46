-- id: MCE-05
-- title: Diagnosis or procedure that does not fit the patient's sex
-- version: 2
-- unit: diagnosis or procedure of a hospital stay that ended by 30 September 2024
-- severity: F
-- settings: inpatient, encounters not yet billed
-- authority: CMS Definitions of Medicare Code Edits, edit 5, taken out of use for discharges from 1 October 2024
-- needs: the patient's sex, F or M, and the list of the Medicare Code Editor for the last day of the stay
-- codesets: Medicare Code Editor
-- fix: Compare the sex on the claim with the record, then the code; condition code 45 says that the conflict is right
-- effective: 2015-10-01 to 2024-09-30
--
-- Condition code 45 on the claim takes its codes out: the provider says that sex and code rightly differ.
with
confirmed as (
  select distinct claim_code.claim_id
  from core.claim_code as claim_code
  where claim_code.code_kind = 'condition' and claim_code.code = '45'
),

list_day as (
  select
    list_release_day.service_date,
    min(list_release_day.release) as release
  from core.list_release_day as list_release_day
  where list_release_day.list_name in ('MCE female only', 'MCE male only')
  group by list_release_day.service_date
  having count(*) = 2
),

stay_code as (
  select
    inpatient_diagnosis.claim_id,
    inpatient_diagnosis.encounter_id,
    inpatient_diagnosis.item_number,
    'ICD-10-CM' as code_system,
    inpatient_diagnosis.code,
    inpatient_diagnosis.service_date,
    inpatient_diagnosis.sex
  from core.inpatient_diagnosis as inpatient_diagnosis
  union all
  select
    coded_procedure.claim_id,
    coded_procedure.encounter_id,
    coded_procedure.item_number,
    'ICD-10-PCS' as code_system,
    coded_procedure.code,
    coded_procedure.service_date,
    hospital_stay.sex
  from core.coded_procedure as coded_procedure
  inner join core.hospital_stay as hospital_stay
    on coalesce(hospital_stay.claim_id, -1) = coalesce(coded_procedure.claim_id, -1)
    and coalesce(hospital_stay.encounter_id, '') = coalesce(coded_procedure.encounter_id, '')
),

eligible as (
  select
    stay_code.claim_id,
    stay_code.encounter_id,
    stay_code.item_number,
    stay_code.code_system,
    stay_code.code,
    stay_code.service_date,
    stay_code.sex,
    list_day.release,
    1 as counted_as,
    list_day.release is not null and coalesce(stay_code.sex, 'U') in ('F', 'M') as is_checked
  from stay_code
  left join list_day
    on list_day.service_date = stay_code.service_date
  left join confirmed
    on confirmed.claim_id = stay_code.claim_id
  where
    stay_code.service_date between date '2015-10-01' and date '2024-09-30'
    and confirmed.claim_id is null
),

violating as (
  select
    eligible.claim_id,
    eligible.encounter_id,
    eligible.item_number,
    eligible.code_system,
    eligible.code,
    cast(null as varchar) as related_code,
    eligible.service_date,
    concat(
      case when eligible.code_system = 'ICD-10-CM' then diagnosis_code.shown_code else eligible.code end,
      case
        when eligible.sex = 'M' then ' is on the list for females only; the patient is male.'
        else ' is on the list for males only; the patient is female.'
      end
    ) as detail,
    eligible.release,
    cast(null as decimal(18, 2)) as at_stake_amount
  from eligible
  inner join ref.code_list as code_list
    on code_list.code_system = eligible.code_system
    and code_list.list_name = case when eligible.sex = 'M' then 'MCE female only' else 'MCE male only' end
    and code_list.release = eligible.release
    and code_list.code = eligible.code
  left join core.diagnosis_code as diagnosis_code
    on diagnosis_code.code = eligible.code
  where eligible.is_checked
)
