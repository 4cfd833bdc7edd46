-- id: MUE-02
-- title: More units in a day than policy allows
-- version: 2
-- unit: procedure of a patient and provider on one day, whose limit is by day by policy
-- severity: D
-- settings: professional, outpatient
-- authority: CMS NCCI medically unlikely edits, adjudication indicator 2; NCCI Policy Manual for Medicare Services, chapter 1
-- needs: patient, provider and day of the line
-- codesets: MUE practitioner, MUE outpatient hospital
-- fix: Correct the units: contractors are bound by the limit, though an appeal is possible
-- effective: 2013-04-01
--
-- Lines, claims and modifiers do not matter: all units of the day count together, and all lines of the code are at
-- stake. One finding a code and day, at its first line.
with
eligible as (
  select
    daily_units.claim_id,
    daily_units.line_number,
    daily_units.most_unit_count,
    daily_units.unit_count,
    daily_units.charge_amount,
    daily_units.release,
    1 as counted_as,
    daily_units.is_day_known as is_checked
  from core.daily_units as daily_units
  where daily_units.adjudication_indicator = '2'
),

violating as (
  select
    procedure_line.claim_id,
    procedure_line.encounter_id,
    procedure_line.line_number as item_number,
    procedure_line.code_system,
    procedure_line.code,
    cast(null as varchar) as related_code,
    procedure_line.from_date as service_date,
    concat(
      rtrim(rtrim(cast(eligible.unit_count as varchar), '0'), '.'),
      ' units of ',
      procedure_line.code,
      ' on one day; the limit of a day is ',
      cast(eligible.most_unit_count as varchar),
      '.'
    ) as detail,
    eligible.release,
    eligible.charge_amount as at_stake_amount
  from eligible
  inner join core.procedure_line as procedure_line
    on procedure_line.claim_id = eligible.claim_id and procedure_line.line_number = eligible.line_number
  where eligible.is_checked and eligible.unit_count > eligible.most_unit_count
)
