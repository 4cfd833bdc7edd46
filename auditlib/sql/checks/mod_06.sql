-- id: MOD-06
-- title: Both sides billed in a way that payers count differently
-- version: 1
-- unit: practitioner's service line with modifier 50, or with LT or RT on a code to which the bilateral rule applies
-- severity: R
-- settings: professional
-- authority: Medicare Claims Processing Manual (100-04), chapter 12, section 40.7; chapter 23, addendum (bilateral indicator)
-- needs: patient, provider and day of the line; for LT and RT on two lines, the relative values (PPRRVU) of its quarter
-- codesets: physician fee schedule nonQPP
-- fix: One line with 50 and one unit, without LT and RT, where the code has bilateral indicator 1; else as the payer asks
-- effective: 2000-01-01
--
-- 50 with more than one unit, 50 with LT or RT, or LT and RT on two lines of a code with indicator 1. More than one
-- pair of sites may be right with 50 and several units; some payers ask for two lines: a person decides.
with
sided as (
  select
    procedure_line.claim_id,
    procedure_line.encounter_id,
    procedure_line.line_number,
    procedure_line.code_system,
    procedure_line.code,
    procedure_line.from_date,
    procedure_line.charge_amount,
    procedure_line.daily_unit_count,
    procedure_line.first_claim_of_provider,
    regexp_matches(procedure_line.modifiers, ' 50 ') as has_both,
    regexp_matches(procedure_line.modifiers, ' LT ') as has_left,
    regexp_matches(procedure_line.modifiers, ' RT ') as has_right,
    fee_schedule.bilateral_indicator,
    fee_schedule.release
  from core.procedure_line as procedure_line
  left join core.fee_release_day as fee_release_day
    on fee_release_day.service_date = procedure_line.from_date
  left join ref.fee_schedule as fee_schedule
    on fee_schedule.release = fee_release_day.release
    and fee_schedule.code = procedure_line.code
    and fee_schedule.modifier = ''
  where
    procedure_line.edit_setting in ('practitioner', 'Medicaid practitioner')
    and regexp_matches(coalesce(procedure_line.modifiers, ''), ' (50|LT|RT) ')
),

eligible as (
  select
    sided.claim_id,
    sided.encounter_id,
    sided.line_number,
    sided.code_system,
    sided.code,
    sided.from_date,
    sided.charge_amount,
    sided.daily_unit_count,
    sided.has_both,
    sided.has_left or sided.has_right as has_side,
    sided.release,
    bool_or(sided.has_left and not sided.has_both) over same_day as is_left_billed,
    bool_or(sided.has_right and not sided.has_both) over same_day as is_right_billed,
    row_number() over (
      partition by sided.first_claim_of_provider, sided.from_date, sided.code
      order by sided.claim_id, sided.line_number
    ) as place,
    1 as counted_as,
    sided.has_both
    or (sided.bilateral_indicator is not null and sided.first_claim_of_provider is not null) as is_checked
  from sided
  where sided.has_both or coalesce(sided.bilateral_indicator, '1') = '1'
  window same_day as (
    partition by sided.first_claim_of_provider, sided.from_date, sided.code
  )
),

violating as (
  select
    eligible.claim_id,
    eligible.encounter_id,
    eligible.line_number as item_number,
    eligible.code_system,
    eligible.code,
    cast(null as varchar) as related_code,
    eligible.from_date as service_date,
    concat(
      eligible.code,
      case
        when eligible.has_both and eligible.has_side then ' has 50, and LT or RT too.'
        when eligible.has_both then ' has 50 and more than one unit: one unit with 50 is both sides.'
        else ' is billed for both sides on lines with LT and RT: one line with 50 is expected.'
      end
    ) as detail,
    eligible.release,
    eligible.charge_amount as at_stake_amount
  from eligible
  where
    eligible.is_checked
    and case
      when eligible.has_both then eligible.has_side or eligible.daily_unit_count > 1
      else eligible.is_left_billed and eligible.is_right_billed and eligible.place > 1
    end
)
