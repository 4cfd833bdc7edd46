-- id: MOD-07
-- title: Modifiers that contradict each other
-- version: 1
-- unit: service line with two modifiers or more
-- severity: F
-- settings: professional, institutional
-- authority: Medicare Claims Processing Manual (100-04), chapters 4, 12, 23 and 30; CMS change request 6563; the project's table of
--   contradictory modifiers names the source of each pair
-- needs: day of the line
-- fix: Keep the modifier that the record shows
-- effective: 2000-01-01
--
-- Two modifiers of which each says that the other is not true, as 26 and TC, 76 and 77, GA and GZ, JW and JZ.
with
eligible as (
  select
    1 as counted_as,
    procedure_line.from_date is not null as is_checked
  from core.procedure_line as procedure_line
  where regexp_matches(coalesce(procedure_line.modifiers, ''), '[^ ] +[^ ]')
),

-- Of several pairs on a line the first is the finding.
contradicted as (
  select
    one.claim_id,
    one.line_number,
    line_rule.code as first_modifier,
    line_rule.value as second_modifier,
    row_number() over (
      partition by one.claim_id, one.line_number
      order by line_rule.code, line_rule.value
    ) as place
  from core.line_modifier as one
  inner join ref.line_rule as line_rule
    on line_rule.rule = 'contradictory modifiers'
    and line_rule.code = one.modifier
    and line_rule.effective_from <= one.service_date
    and coalesce(line_rule.effective_to, date '9999-12-31') >= one.service_date
  inner join core.line_modifier as other
    on other.claim_id = one.claim_id and other.line_number = one.line_number and other.modifier = line_rule.value
),

violating as (
  select
    procedure_line.claim_id,
    procedure_line.encounter_id,
    procedure_line.line_number as item_number,
    procedure_line.code_system,
    procedure_line.code,
    contradicted.second_modifier as related_code,
    procedure_line.from_date as service_date,
    concat(
      'Modifiers ',
      contradicted.first_modifier,
      ' and ',
      contradicted.second_modifier,
      ' contradict each other.'
    ) as detail,
    cast(null as varchar) as release,
    procedure_line.charge_amount as at_stake_amount
  from contradicted
  inner join core.procedure_line as procedure_line
    on procedure_line.claim_id = contradicted.claim_id and procedure_line.line_number = contradicted.line_number
  where contradicted.place = 1
)
