-- id: MOD-10
-- title: Modifier 51 on a code that is not reduced beside others
-- version: 1
-- unit: practitioner's service line with modifier 51
-- severity: R
-- settings: professional
-- authority: CMS National Physician Fee Schedule Relative Value File, multiple procedure indicator; Medicare Claims Processing
--   Manual (100-04), chapter 12, section 40.6
-- needs: day of the line, and the relative values (PPRRVU) of its quarter with the code
-- codesets: physician fee schedule nonQPP
-- fix: Take 51 off: the code is exempt from the reduction, or an add-on code
-- effective: 2000-01-01
--
-- Medicare takes no notice of 51; payers that do, cut the fee of a code that should be paid in full.
with
eligible as (
  select
    procedure_line.claim_id,
    procedure_line.encounter_id,
    procedure_line.line_number,
    procedure_line.code_system,
    procedure_line.code,
    procedure_line.from_date,
    procedure_line.charge_amount,
    fee_schedule.global_days,
    fee_schedule.multiple_procedure_indicator,
    fee_schedule.release,
    1 as counted_as,
    procedure_line.edit_setting = 'practitioner' and fee_schedule.code is not null as is_checked
  from core.procedure_line as procedure_line
  left join core.fee_release_day as fee_release_day
    on fee_release_day.service_date = procedure_line.from_date
  left join ref.fee_schedule as fee_schedule
    on fee_schedule.release = fee_release_day.release
    and fee_schedule.code = procedure_line.code
    and fee_schedule.modifier = ''
  where
    procedure_line.edit_setting in ('practitioner', 'Medicaid practitioner')
    and procedure_line.modifiers like '% 51 %'
),

violating as (
  select
    eligible.claim_id,
    eligible.encounter_id,
    eligible.line_number as item_number,
    eligible.code_system,
    eligible.code,
    '51' as related_code,
    eligible.from_date as service_date,
    concat(
      eligible.code,
      case when eligible.global_days = 'ZZZ' then ' is an add-on code' else ' is not reduced beside other procedures' end,
      ': modifier 51 may cost part of its fee.'
    ) as detail,
    eligible.release,
    eligible.charge_amount as at_stake_amount
  from eligible
  where eligible.is_checked and (eligible.global_days = 'ZZZ' or eligible.multiple_procedure_indicator in ('0', '9'))
)
