-- id: MUE-03
-- title: More units in a day than are likely
-- version: 2
-- unit: procedure of a patient and provider on one day, whose limit is by day by clinical likelihood
-- severity: R
-- settings: professional, outpatient
-- authority: CMS NCCI medically unlikely edits, adjudication indicator 3; NCCI Policy Manual for Medicare Services, chapter 1
-- needs: patient, provider and day of the line
-- codesets: MUE practitioner, MUE outpatient hospital
-- fix: Correct the units, or keep the record at hand that shows why so many were needed
-- effective: 2013-04-01
--
-- All units of the day count together, and all lines of the code are at stake: payable where the record shows why.
-- One finding a code and day, at its first line.
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
  where daily_units.adjudication_indicator = '3'
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
