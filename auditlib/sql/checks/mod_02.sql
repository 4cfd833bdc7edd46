-- id: MOD-02
-- title: Modifier that the code's payment indicator rules out
-- version: 1
-- unit: modifier 26, TC, 50, 62, 66, 80, 81, 82 or AS of a practitioner's service line
-- severity: D
-- settings: professional
-- authority: CMS National Physician Fee Schedule Relative Value File, payment indicators; Medicare Claims Processing Manual
--   (100-04), chapter 23, addendum
-- needs: day of the line, and the relative values (PPRRVU) of its quarter with the code
-- codesets: physician fee schedule nonQPP
-- fix: Take the modifier off, or bill the code for the part or side that was done
-- effective: 2000-01-01
--
-- 26 and TC where a code has no two parts (PC/TC 0, 2, 3, 4, 5), TC also on interpretations (6, 8); 50 where the
-- bilateral rule does not apply (0, 2, 9); 62 and 66 where no second surgeon or team is paid (0, 9); 80, 81, 82 and AS
-- where no assistant is paid (1, 9). What a document may support (assistant 0, co-surgeon 1) is none.
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
    line_modifier.modifier,
    fee_schedule.release,
    case
      when line_modifier.modifier in ('26', 'TC') then fee_schedule.professional_technical_indicator
      when line_modifier.modifier = '50' then fee_schedule.bilateral_indicator
      when line_modifier.modifier = '62' then fee_schedule.co_surgeon_indicator
      when line_modifier.modifier = '66' then fee_schedule.team_indicator
      else fee_schedule.assistant_indicator
    end as indicator,
    1 as counted_as,
    procedure_line.edit_setting = 'practitioner' and fee_schedule.code is not null as is_checked
  from core.line_modifier as line_modifier
  inner join core.procedure_line as procedure_line
    on procedure_line.claim_id = line_modifier.claim_id and procedure_line.line_number = line_modifier.line_number
  left join core.fee_release_day as fee_release_day
    on fee_release_day.service_date = procedure_line.from_date
  left join ref.fee_schedule as fee_schedule
    on fee_schedule.release = fee_release_day.release
    and fee_schedule.code = procedure_line.code
    and fee_schedule.modifier = ''
  where
    procedure_line.edit_setting in ('practitioner', 'Medicaid practitioner')
    and line_modifier.modifier in ('26', 'TC', '50', '62', '66', '80', '81', '82', 'AS')
),

violating as (
  select
    eligible.claim_id,
    eligible.encounter_id,
    eligible.line_number as item_number,
    eligible.code_system,
    eligible.code,
    eligible.modifier as related_code,
    eligible.from_date as service_date,
    concat(
      'Modifier ',
      eligible.modifier,
      ' does not fit ',
      eligible.code,
      case
        when eligible.modifier in ('26', 'TC') then ': the code has no such part (PC/TC indicator '
        when eligible.modifier = '50' then ': the bilateral rule does not apply to it (indicator '
        when eligible.modifier = '62' then ': no second surgeon is paid for it (indicator '
        when eligible.modifier = '66' then ': no team is paid for it (indicator '
        else ': no assistant is paid for it (indicator '
      end,
      eligible.indicator,
      ').'
    ) as detail,
    eligible.release,
    eligible.charge_amount as at_stake_amount
  from eligible
  where
    eligible.is_checked
    and case
      when eligible.modifier = '26' then eligible.indicator in ('0', '2', '3', '4', '5')
      when eligible.modifier = 'TC' then eligible.indicator in ('0', '2', '3', '4', '5', '6', '8')
      when eligible.modifier = '50' then eligible.indicator in ('0', '2', '9')
      when eligible.modifier in ('62', '66') then eligible.indicator in ('0', '9')
      else eligible.indicator in ('1', '9')
    end
)
