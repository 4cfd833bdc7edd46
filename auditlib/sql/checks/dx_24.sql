-- id: DX-24
-- title: Principal diagnosis that was not present on admission
-- version: 1
-- unit: principal diagnosis of a hospital stay, with a present-on-admission indicator
-- severity: R
-- settings: inpatient, encounters not yet billed
-- authority: ICD-10-CM Official Guidelines, section II: the condition chiefly responsible for occasioning the admission
-- needs: nothing but the claim
-- fix: Take as principal the condition that led to the admission, or correct the indicator
-- effective: 2015-10-01
--
-- Conditions of childbirth and of the newborn may rightly begin after the admission and come first.
with
eligible as (
  select
    inpatient_diagnosis.claim_id,
    inpatient_diagnosis.encounter_id,
    inpatient_diagnosis.item_number,
    inpatient_diagnosis.code,
    inpatient_diagnosis.poa_indicator,
    inpatient_diagnosis.service_date,
    1 as counted_as,
    true as is_checked
  from core.inpatient_diagnosis as inpatient_diagnosis
  where
    inpatient_diagnosis.is_principal
    and inpatient_diagnosis.poa_indicator is not null
    and substring(inpatient_diagnosis.code, 1, 1) not in ('O', 'P')
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
    concat(diagnosis_code.shown_code, ' is principal, and was not present on admission.') as detail,
    cast(null as varchar) as release,
    cast(null as decimal(18, 2)) as at_stake_amount
  from eligible
  inner join core.diagnosis_code as diagnosis_code
    on diagnosis_code.code = eligible.code
  where eligible.poa_indicator = 'N'
)
