-- id: DX-26
-- title: Place of occurrence or activity given more than once
-- version: 1
-- unit: bill with a place of occurrence, and bill with an activity
-- severity: R
-- settings: professional, institutional, dental, encounters not yet billed
-- authority: ICD-10-CM Official Guidelines, sections I.C.20.b and I.C.20.c: one code of each kind, used once
-- needs: nothing but the claim
-- fix: Keep the place and the activity of the event that led to the visit
-- effective: 2015-10-01
--
-- Places are Y92, activities Y93. A second event during a stay rightly has a place of its own, so that a person
-- decides. The same code repeated is DX-13.
with
coded as (
  select
    diagnosis.claim_id,
    diagnosis.encounter_id,
    substring(diagnosis.code, 1, 3) as category,
    diagnosis.code,
    min(diagnosis.item_number) as item_number,
    min(diagnosis.service_date) as service_date
  from core.diagnosis as diagnosis
  where
    diagnosis.code_system = 'ICD-10-CM'
    and substring(diagnosis.code, 1, 3) in ('Y92', 'Y93')
    and diagnosis.code_role not in ('admitting', 'reason for visit')
  group by
    diagnosis.claim_id,
    diagnosis.encounter_id,
    substring(diagnosis.code, 1, 3),
    diagnosis.code
),

numbered as (
  select
    coded.claim_id,
    coded.encounter_id,
    coded.category,
    coded.code,
    coded.item_number,
    coded.service_date,
    row_number() over (
      partition by coded.claim_id, coded.encounter_id, coded.category
      order by coded.item_number
    ) as position
  from coded
),

eligible as (
  select
    numbered.claim_id,
    numbered.encounter_id,
    numbered.category,
    numbered.code,
    1 as counted_as,
    true as is_checked
  from numbered
  where numbered.position = 1
),

violating as (
  select
    numbered.claim_id,
    numbered.encounter_id,
    numbered.item_number,
    'ICD-10-CM' as code_system,
    numbered.code,
    first_given.code as related_code,
    numbered.service_date,
    concat(
      diagnosis_code.shown_code,
      case when numbered.category = 'Y92' then ' is a second place of occurrence, after ' else ' is a second activity, after ' end,
      first_code.shown_code,
      '.'
    ) as detail,
    cast(null as varchar) as release,
    cast(null as decimal(18, 2)) as at_stake_amount
  from numbered
  inner join numbered as first_given
    on coalesce(first_given.claim_id, -1) = coalesce(numbered.claim_id, -1)
    and coalesce(first_given.encounter_id, '') = coalesce(numbered.encounter_id, '')
    and first_given.category = numbered.category
    and first_given.position = 1
  inner join core.diagnosis_code as diagnosis_code
    on diagnosis_code.code = numbered.code
  inner join core.diagnosis_code as first_code
    on first_code.code = first_given.code
  where numbered.position = 2
)
