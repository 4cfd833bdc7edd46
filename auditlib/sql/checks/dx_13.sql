-- id: DX-13
-- title: Duplicate diagnosis
-- version: 2
-- unit: diagnosis code
-- severity: F
-- settings: professional, institutional, dental, encounters not yet billed
-- authority: ICD-10-CM Official Guidelines, section I.B.12; Medicare Code Editor, edit 3
-- needs: nothing but the claim
-- closer: MCE-03
-- fix: Take the repetition off and renumber the pointers
-- effective: 2015-10-01
--
-- Principal and secondary diagnoses are one list, external causes another. Admitting diagnoses and reasons for visit
-- rightly repeat a code of the list and take no part. Each repetition is a finding, the first mention is not. What
-- repeats the principal diagnosis of a hospital stay is MCE-03.
with
eligible as (
  select
    bill_diagnosis.bill_number,
    bill_diagnosis.mention_count as counted_as,
    true as is_checked
  from core.bill_diagnosis as bill_diagnosis
),

-- Few codes come twice: only their mentions are looked at one by one.
mention as (
  select
    diagnosis.claim_id,
    diagnosis.encounter_id,
    diagnosis.item_number,
    diagnosis.code_system,
    diagnosis.code,
    diagnosis.service_date,
    min(diagnosis.item_number) over (
      partition by
        twice.bill_number,
        diagnosis.code,
        diagnosis.code_role = 'external cause'
    ) as first_item_number
  from core.bill_diagnosis as twice
  inner join core.diagnosis as diagnosis
    on diagnosis.code = twice.code
    and coalesce(diagnosis.claim_id, -1) = coalesce(twice.claim_id, -1)
    and case when diagnosis.claim_id is null then diagnosis.encounter_id else '' end
    = case when twice.claim_id is null then twice.encounter_id else '' end
  where
    twice.mention_count > 1
    and diagnosis.code_system = 'ICD-10-CM'
    and diagnosis.code_role not in ('admitting', 'reason for visit')
),

violating as (
  select
    mention.claim_id,
    mention.encounter_id,
    mention.item_number,
    mention.code_system,
    mention.code,
    cast(null as varchar) as related_code,
    mention.service_date,
    concat(
      diagnosis_code.shown_code,
      ' is already diagnosis ',
      cast(mention.first_item_number as varchar),
      '.'
    ) as detail,
    cast(null as varchar) as release,
    cast(null as decimal(18, 2)) as at_stake_amount
  from mention
  inner join core.diagnosis_code as diagnosis_code
    on diagnosis_code.code = mention.code
  where mention.item_number > mention.first_item_number
)
