-- id: UNIT-01
-- title: More timed units than the stated minutes support
-- version: 1
-- unit: claim and day with therapy (modifier GN, GO or GP); with timed services where their list is loaded
-- severity: R
-- settings: professional, outpatient
-- authority: Medicare Claims Processing Manual (100-04), chapter 5, section 20.2.C, units of services of 15 minutes; Medicare
--   Benefit Policy Manual (100-02), chapter 15, section 220.3.E, minutes in the treatment note
-- needs: a list of the services that are counted by 15 minutes, and a note that states the day's minutes of timed services
-- codesets: timed services
-- fix: Bill the units that the minutes support, or have the treatment note completed where minutes are missing from it
-- effective: 2000-01-01
--
-- All timed services of the day count together: one unit from 8 minutes, two from 23, and one more for each 15. Minutes
-- are those that the record states as timed. All timed lines are at stake, the first of them carries the finding.
with
therapy as (
  select
    procedure_line.claim_id,
    procedure_line.encounter_id,
    procedure_line.line_number,
    procedure_line.code_system,
    procedure_line.code,
    procedure_line.from_date,
    procedure_line.daily_unit_count,
    procedure_line.charge_amount,
    code_list.code is not null as is_timed,
    list_release_day.release
  from core.procedure_line as procedure_line
  left join core.list_release_day as list_release_day
    on list_release_day.service_date = procedure_line.from_date
    and list_release_day.list_name = 'timed services'
  left join ref.code_list as code_list
    on code_list.list_name = 'timed services'
    and code_list.release = list_release_day.release
    and code_list.code_system = procedure_line.code_system
    and code_list.code = procedure_line.code
  where
    procedure_line.edit_setting is not null
    and regexp_matches(coalesce(procedure_line.modifiers, ''), ' G[NOP] ')
),

eligible as (
  select
    therapy.claim_id,
    therapy.encounter_id,
    therapy.from_date,
    min(case when therapy.is_timed then therapy.line_number end) as line_number,
    sum(case when therapy.is_timed then therapy.daily_unit_count end) as unit_count,
    sum(case when therapy.is_timed then therapy.charge_amount end) as charge_amount,
    max(timed_minutes.minute_count) as minute_count,
    cast(floor((max(timed_minutes.minute_count) + 7) / 15) as bigint) as supported_count,
    max(therapy.release) as release,
    1 as counted_as,
    max(therapy.release) is not null and max(timed_minutes.minute_count) is not null as is_checked
  from therapy
  left join core.timed_minutes as timed_minutes
    on timed_minutes.encounter_id = therapy.encounter_id and timed_minutes.service_date = therapy.from_date
  group by
    therapy.claim_id,
    therapy.encounter_id,
    therapy.from_date
  having max(therapy.release) is null or bool_or(therapy.is_timed)
),

violating as (
  select
    eligible.claim_id,
    eligible.encounter_id,
    eligible.line_number as item_number,
    therapy.code_system,
    therapy.code,
    cast(null as varchar) as related_code,
    eligible.from_date as service_date,
    concat(
      rtrim(rtrim(cast(cast(eligible.unit_count as decimal(18, 4)) as varchar), '0'), '.'),
      ' timed units are billed; the ',
      cast(eligible.minute_count as varchar),
      ' minutes that the record states support ',
      cast(eligible.supported_count as varchar),
      '.'
    ) as detail,
    eligible.release,
    eligible.charge_amount as at_stake_amount
  from eligible
  inner join therapy
    on therapy.claim_id = eligible.claim_id and therapy.line_number = eligible.line_number
  where eligible.unit_count > eligible.supported_count
)
