-- id: DX-18
-- title: External cause listed first
-- version: 1
-- unit: bill with a first-listed diagnosis
-- severity: F
-- settings: professional, institutional, dental, encounters not yet billed
-- authority: ICD-10-CM Official Guidelines, section I.C.20.a.6: an external cause can never be first-listed or principal
-- needs: nothing but the claim
-- fix: List the injury or condition first, and the external cause after it
-- effective: 2015-10-01
--
-- External causes are V00 to Y99, chapter 20, in every release.
with
eligible as (
  select
    first_listed_diagnosis.claim_id,
    first_listed_diagnosis.encounter_id,
    first_listed_diagnosis.item_number,
    first_listed_diagnosis.code,
    first_listed_diagnosis.service_date,
    1 as counted_as,
    true as is_checked
  from core.first_listed_diagnosis as first_listed_diagnosis
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
    concat(diagnosis_code.shown_code, ' is an external cause and is listed first.') as detail,
    cast(null as varchar) as release,
    cast(null as decimal(18, 2)) as at_stake_amount
  from eligible
  inner join core.diagnosis_code as diagnosis_code
    on diagnosis_code.code = eligible.code
  where substring(eligible.code, 1, 1) in ('V', 'W', 'X', 'Y')
)
