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
    counted_units.is_judged as is_checked,
    count(*) as counted_as
  from core.counted_units as counted_units
  inner join core.unit_limit as unit_limit
    on unit_limit.limit_number = counted_units.limit_number
  where unit_limit.adjudication_indicator = '3'
  group by counted_units.is_judged
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
      rtrim(rtrim(cast(counted_units.unit_count as varchar), '0'), '.'),
      ' units of ',
      procedure_line.code,
      ' on one day; the limit of a day is ',
      cast(unit_limit.most_unit_count as varchar),
      '.'
    ) as detail,
    unit_limit.release,
    counted_units.charge_amount as at_stake_amount
  from core.counted_units as counted_units
  inner join core.unit_limit as unit_limit
    on unit_limit.limit_number = counted_units.limit_number
  inner join core.procedure_line as procedure_line
    on procedure_line.claim_id = counted_units.claim_id and procedure_line.line_number = counted_units.line_number
  where
    unit_limit.adjudication_indicator = '3'
    and counted_units.is_judged
    and counted_units.unit_count > unit_limit.most_unit_count
)
