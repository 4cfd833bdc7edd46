-- id: DX-11
-- title: Side of the modifier that no diagnosis of the line has
-- version: 1
-- unit: service line with RT or LT that points to a diagnosis of a paired part of the body
-- severity: R
-- settings: professional
-- authority: ICD-10-CM Official Guidelines, section I.B.13: the side is coded where it is known
-- needs: the titles of ICD-10-CM codes
-- codesets: ICD-10-CM
-- fix: Compare the procedure note: the modifier, the diagnosis or the pointer has the wrong side, or the diagnosis leaves it open
-- effective: 2015-10-01
--
-- All diagnoses that the line points to count: where one has the line's side, or both, nothing is found. A line with RT
-- and LT takes no part.
with
marked_line as (
  select
    claim_line.claim_id,
    claim_line.line_number,
    claim_line.from_date,
    claim_line.charge_amount,
    claim_line.diagnosis_pointer_1,
    claim_line.diagnosis_pointer_2,
    claim_line.diagnosis_pointer_3,
    claim_line.diagnosis_pointer_4,
    concat(
      ' ', coalesce(claim_line.modifier_1, ''), ' ', coalesce(claim_line.modifier_2, ''), ' ',
      coalesce(claim_line.modifier_3, ''), ' ', coalesce(claim_line.modifier_4, ''), ' '
    ) as modifiers
  from core.claim_line as claim_line
  where
    claim_line.modifier_1 in ('RT', 'LT')
    or claim_line.modifier_2 in ('RT', 'LT')
    or claim_line.modifier_3 in ('RT', 'LT')
    or claim_line.modifier_4 in ('RT', 'LT')
),

pointed as (
  select
    marked_line.claim_id,
    marked_line.line_number,
    min(marked_line.from_date) as from_date,
    min(marked_line.charge_amount) as charge_amount,
    min(case when marked_line.modifiers like '% RT %' then 'right' else 'left' end) as line_side,
    max(case when sided_code.side = 'right' then 1 else 0 end) as has_right,
    max(case when sided_code.side = 'left' then 1 else 0 end) as has_left,
    max(case when sided_code.side = 'bilateral' then 1 else 0 end) as has_both,
    min_by(claim_diagnosis.code, claim_diagnosis.pointer_number) as code
  from marked_line
  inner join core.claim_diagnosis as claim_diagnosis
    on claim_diagnosis.claim_id = marked_line.claim_id
    and claim_diagnosis.code_system = 'ICD-10-CM'
    and claim_diagnosis.pointer_number in (
      marked_line.diagnosis_pointer_1,
      marked_line.diagnosis_pointer_2,
      marked_line.diagnosis_pointer_3,
      marked_line.diagnosis_pointer_4
    )
  inner join core.sided_code as sided_code
    on sided_code.code = claim_diagnosis.code
  where not (marked_line.modifiers like '% RT %' and marked_line.modifiers like '% LT %')
  group by
    marked_line.claim_id,
    marked_line.line_number
),

eligible as (
  select
    pointed.claim_id,
    claim_role.encounter_id,
    pointed.line_number,
    pointed.from_date,
    pointed.charge_amount,
    pointed.line_side,
    pointed.has_right,
    pointed.has_left,
    pointed.has_both,
    pointed.code,
    1 as counted_as,
    true as is_checked
  from pointed
  inner join core.claim_role as claim_role
    on claim_role.claim_id = pointed.claim_id
),

violating as (
  select
    eligible.claim_id,
    eligible.encounter_id,
    eligible.line_number as item_number,
    'ICD-10-CM' as code_system,
    eligible.code,
    cast(null as varchar) as related_code,
    eligible.from_date as service_date,
    concat(
      'The line is for the ',
      eligible.line_side,
      ' side; ',
      diagnosis_code.shown_code,
      case
        when eligible.has_right + eligible.has_left = 0 then ' leaves the side open.'
        else ' is of the other side.'
      end
    ) as detail,
    cast(null as varchar) as release,
    cast(eligible.charge_amount as decimal(18, 2)) as at_stake_amount
  from eligible
  inner join core.diagnosis_code as diagnosis_code
    on diagnosis_code.code = eligible.code
  where
    eligible.has_both = 0
    and (
      (eligible.line_side = 'right' and eligible.has_right = 0)
      or (eligible.line_side = 'left' and eligible.has_left = 0)
    )
)
