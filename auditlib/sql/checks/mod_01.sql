-- id: MOD-01
-- title: Modifier unknown or not in force
-- version: 1
-- unit: modifier of a service line
-- severity: F
-- settings: professional, institutional
-- authority: 45 CFR 162.1002, the code sets for procedures; CMS HCPCS Level II quarterly file; Medicare Claims Processing Manual
--   (100-04), chapter 23, section 20.3
-- needs: for modifiers of HCPCS Level II, the HCPCS file of the day of service, up to date for it
-- codesets: modifier
-- fix: Take the modifier in force on the day; two characters may be transposed
-- effective: 2000-01-01
--
-- Modifiers of two digits, and P and a digit, are CPT's: the project's table has their numbers and days. All others are
-- those of the HCPCS file on the day.
with
stated as (
  select
    line_modifier.modifier,
    line_modifier.service_date,
    regexp_matches(line_modifier.modifier, '^([0-9][0-9P]|P[0-9])$') as is_number,
    count(*) as modifier_count
  from core.line_modifier as line_modifier
  group by
    line_modifier.modifier,
    line_modifier.service_date
),

-- A list of a few modifiers of one's own says nothing about others.
modifier_release as (
  select
    stated_day.service_date,
    release.release,
    row_number() over (
      partition by stated_day.service_date
      order by release.effective_from desc, release.release desc
    ) as preference,
    datediff('day', release.effective_from, stated_day.service_date) < 90
    or newest.effective_from > stated_day.service_date as is_up_to_date
  from (select distinct stated.service_date from stated) as stated_day
  inner join ref.release as release
    on release.code_system = 'modifier'
    and not coalesce(release.can_only_confirm, false)
    and release.row_count >= 200
    and release.effective_from <= stated_day.service_date
    and coalesce(release.effective_to, date '9999-12-31') >= stated_day.service_date
  inner join (
    select max(release.effective_from) as effective_from
    from ref.release as release
    where release.code_system = 'modifier'
  ) as newest
    on true
),

in_force as (
  select distinct
    stated.modifier,
    stated.service_date
  from stated
  inner join ref.code as code
    on code.code_system = 'modifier'
    and code.code = stated.modifier
    and code.effective_from <= stated.service_date
    and coalesce(code.effective_to, date '9999-12-31') >= stated.service_date
  union
  select distinct
    stated.modifier,
    stated.service_date
  from stated
  inner join ref.line_rule as line_rule
    on line_rule.rule = 'number modifier'
    and line_rule.code = stated.modifier
    and line_rule.effective_from <= stated.service_date
    and coalesce(line_rule.effective_to, date '9999-12-31') >= stated.service_date
),

last_day as (
  select
    code.code as modifier,
    max(coalesce(code.effective_to, date '9999-12-31')) as last_day
  from ref.code as code
  where code.code_system = 'modifier'
  group by code.code
),

judged as (
  select
    stated.modifier,
    stated.service_date,
    stated.modifier_count,
    modifier_release.release,
    last_day.last_day,
    in_force.modifier is not null as is_in_force,
    in_force.modifier is not null
    or (stated.is_number and stated.service_date is not null)
    or coalesce(modifier_release.is_up_to_date or last_day.last_day < stated.service_date, false) as is_checked
  from stated
  left join modifier_release
    on modifier_release.service_date = stated.service_date and modifier_release.preference = 1
  left join in_force
    on in_force.modifier = stated.modifier and in_force.service_date = stated.service_date
  left join last_day
    on last_day.modifier = stated.modifier and modifier_release.release is not null
),

eligible as (
  select
    judged.modifier_count as counted_as,
    judged.is_checked
  from judged
),

violating as (
  select
    procedure_line.claim_id,
    procedure_line.encounter_id,
    procedure_line.line_number as item_number,
    procedure_line.code_system,
    procedure_line.code,
    judged.modifier as related_code,
    judged.service_date,
    concat(
      'Modifier ',
      judged.modifier,
      case
        when judged.last_day < judged.service_date
          then concat(' is not in force: its last day was ', cast(judged.last_day as varchar), '.')
        else concat(' is not in force on ', cast(judged.service_date as varchar), '.')
      end
    ) as detail,
    judged.release,
    procedure_line.charge_amount as at_stake_amount
  from judged
  inner join core.line_modifier as line_modifier
    on line_modifier.modifier = judged.modifier and line_modifier.service_date = judged.service_date
  inner join core.procedure_line as procedure_line
    on procedure_line.claim_id = line_modifier.claim_id and procedure_line.line_number = line_modifier.line_number
  where judged.is_checked and not judged.is_in_force
)
