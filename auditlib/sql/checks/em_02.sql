-- id: EM-02
-- title: Visit billed below the level that its stated minutes support
-- version: 1
-- unit: visit whose level time can choose
-- severity: R
-- settings: professional
-- authority: CPT evaluation and management guidelines (office visits from 2021, others from 2023, least minutes from 2024), taken over by CMS in the physician fee schedules of 2021 and 2023
-- needs: documents of the encounter that state one total of minutes for the day, and one provider's visit on it
-- fix: Look whether the stated minutes are the provider's own on the day of the visit; where they are, bill the level that they support
-- effective: 2021-01-01
--
-- The higher one of decision making and time counts, so that the minutes support the higher level whatever decision
-- making was. Time of staff, and of services billed apart, does not count: a person decides.
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
      eligible.minutes_code,
      ', above the billed ',
      eligible.code,
      '.'
    ) as detail,
    cast(null as varchar) as release,
    cast(null as decimal(18, 2)) as at_stake_amount
  from eligible
  where eligible.minutes_level_number > eligible.level_number
)
