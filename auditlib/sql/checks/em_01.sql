-- id: EM-01
-- title: Visit billed above the level that its stated minutes support
-- version: 1
-- unit: visit whose level time can choose
-- severity: I
-- settings: professional
-- authority: CPT evaluation and management guidelines (office visits from 2021, others from 2023, least minutes from 2024), taken over by CMS in the physician fee schedules of 2021 and 2023
-- needs: documents of the encounter that state one total of minutes for the day, and one provider's visit on it
-- fix: Look whether decision making supports the billed level; where it does not, bill the level that the minutes support
-- effective: 2021-01-01
--
-- The level of a visit is the higher one of decision making and time, so that fewer minutes alone are no error: what
-- decision making was, no claim says. Only a discharge day rests on time alone.
with
eligible as (
  select
    leveled_visit.claim_id,
    leveled_visit.encounter_id,
    leveled_visit.line_number,
    leveled_visit.code_system,
    leveled_visit.code,
    leveled_visit.service_date,
    leveled_visit.visit_kind,
    leveled_visit.level_number,
    leveled_visit.minute_count,
    leveled_visit.minutes_level_number,
    leveled_visit.minutes_code,
    1 as counted_as,
    leveled_visit.minute_count is not null as is_checked
  from core.leveled_visit as leveled_visit
  where leveled_visit.visit_kind <> 'emergency visit'
),

violating as (
  select
    eligible.claim_id,
    eligible.encounter_id,
    eligible.line_number as item_number,
    eligible.code_system,
    eligible.code,
    eligible.minutes_code as related_code,
    eligible.service_date,
    concat(
      'The record states ',
      cast(eligible.minute_count as varchar),
      ' minutes, which support ',
      coalesce(eligible.minutes_code, 'no code of its kind'),
      case
        when eligible.visit_kind like '%discharge day' then '; nothing else supports '
        else '; undetermined: decision making would have to support '
      end,
      eligible.code,
      '.'
    ) as detail,
    cast(null as varchar) as release,
    cast(null as decimal(18, 2)) as at_stake_amount
  from eligible
  where eligible.is_checked and eligible.level_number > coalesce(eligible.minutes_level_number, -1)
)
