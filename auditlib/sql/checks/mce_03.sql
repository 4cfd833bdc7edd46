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
principal as (
  select
    inpatient_diagnosis.claim_id,
    inpatient_diagnosis.encounter_id,
    inpatient_diagnosis.code
  from core.inpatient_diagnosis as inpatient_diagnosis
  where inpatient_diagnosis.is_principal
),

eligible as (
  select
    inpatient_diagnosis.claim_id,
    inpatient_diagnosis.encounter_id,
    inpatient_diagnosis.item_number,
    inpatient_diagnosis.code,
    inpatient_diagnosis.service_date,
    principal.code as principal_code,
    1 as counted_as,
    true as is_checked
  from core.inpatient_diagnosis as inpatient_diagnosis
  inner join principal
    on coalesce(principal.claim_id, -1) = coalesce(inpatient_diagnosis.claim_id, -1)
    and coalesce(principal.encounter_id, '') = coalesce(inpatient_diagnosis.encounter_id, '')
  where not inpatient_diagnosis.is_principal
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
    concat(diagnosis_code.shown_code, ' is the principal diagnosis already.') as detail,
    cast(null as varchar) as release,
    cast(null as decimal(18, 2)) as at_stake_amount
  from eligible
  inner join core.diagnosis_code as diagnosis_code
    on diagnosis_code.code = eligible.code
  where eligible.code = eligible.principal_code
)
