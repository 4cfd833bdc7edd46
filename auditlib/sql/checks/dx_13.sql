-- id: DX-13
-- title: Duplicate diagnosis
-- version: 1
-- unit: diagnosis code
-- severity: F
-- settings: professional, institutional, dental, encounters not yet billed
-- authority: ICD-10-CM Official Guidelines, section I.B.12; Medicare Code Editor, edit 3
-- needs: nothing but the claim
-- fix: Take the repetition off and renumber the pointers
-- effective: 2015-10-01
--
-- Principal and secondary diagnoses are one list, external causes another. Admitting diagnoses and reasons for visit
-- rightly repeat a code of the list and take no part. Each repetition is a finding, the first mention is not.
with
eligible as (
  select
    diagnosis.claim_id,
    diagnosis.encounter_id,
    diagnosis.item_number,
    diagnosis.code_system,
    diagnosis.code,
    diagnosis.code_role,
    diagnosis.service_date,
    min(diagnosis.item_number) over (
      partition by
        coalesce('c' || cast(diagnosis.claim_id as varchar), 'e' || diagnosis.encounter_id),
        diagnosis.code,
        case when diagnosis.code_role = 'external cause' then 1 else 0 end
    ) as first_item_number,
    1 as counted_as,
    true as is_checked
  from core.diagnosis as diagnosis
  where
    diagnosis.code_system = 'ICD-10-CM'
    and diagnosis.code_role not in ('admitting', 'reason for visit')
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
      diagnosis_code.shown_code,
      ' is already diagnosis ',
      cast(eligible.first_item_number as varchar),
      '.'
    ) as detail,
    cast(null as varchar) as release,
    cast(null as decimal(18, 2)) as at_stake_amount
  from eligible
  inner join core.diagnosis_code as diagnosis_code
    on diagnosis_code.code = eligible.code
  where eligible.item_number > eligible.first_item_number
)
