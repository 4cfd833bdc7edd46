-- id: MCE-03
-- title: Secondary diagnosis that repeats the principal one
-- version: 1
-- unit: secondary diagnosis of a hospital stay with a principal one
-- severity: F
-- settings: inpatient, encounters not yet billed
-- authority: CMS Definitions of Medicare Code Edits, edit 3
-- needs: nothing but the claim
-- fix: Take the repetition off
-- effective: 2015-10-01
--
-- An external cause that repeats the principal diagnosis counts too. DX-13 judges all other repetitions, in all settings.
with
eligible as (
  select
    true as is_checked,
    count(*) as counted_as
  from core.inpatient_diagnosis as inpatient_diagnosis
  where not inpatient_diagnosis.is_principal and inpatient_diagnosis.principal_code is not null
),

violating as (
  select
    inpatient_diagnosis.claim_id,
    inpatient_diagnosis.encounter_id,
    inpatient_diagnosis.item_number,
    'ICD-10-CM' as code_system,
    inpatient_diagnosis.code,
    cast(null as varchar) as related_code,
    inpatient_diagnosis.service_date,
    concat(diagnosis_code.shown_code, ' is the principal diagnosis already.') as detail,
    cast(null as varchar) as release,
    cast(null as decimal(18, 2)) as at_stake_amount
  from core.inpatient_diagnosis as inpatient_diagnosis
  inner join core.diagnosis_code as diagnosis_code
    on diagnosis_code.code = inpatient_diagnosis.code
  where not inpatient_diagnosis.is_principal and inpatient_diagnosis.code = inpatient_diagnosis.principal_code
)
