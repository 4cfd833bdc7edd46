-- id: MUE-01
-- title: More units on a line than the limit by line
-- version: 1
-- unit: service line with a procedure code, of a practitioner or an outpatient hospital, unless its limit is by day
-- severity: D
-- settings: professional, outpatient
-- authority: CMS NCCI medically unlikely edits, adjudication indicator 1; NCCI Policy Manual for Medicare Services, chapter 1
-- needs: the day of the line, MUE values of its quarter (for practitioners or for outpatient hospitals), and a published
--   value for the code
-- codesets: MUE practitioner, MUE outpatient hospital
-- fix: Correct the units, or bill what the record shows to be separate on lines of their own, each with the modifier
-- effective: 2007-01-01
--
-- The payer denies the whole line, so all of its charge is at stake. Units of a line over several days are those of one
-- day. A code without a published value is not checked: some values are not published.
with
eligible as (
  select
    counted_units.is_judged as is_checked,
    count(*) as counted_as
  from core.counted_units as counted_units
  left join core.unit_limit as unit_limit
    on unit_limit.limit_number = counted_units.limit_number
  where coalesce(unit_limit.adjudication_indicator, '1') = '1'
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
      ' on one line; the limit of a line is ',
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
    unit_limit.adjudication_indicator = '1'
    and counted_units.unit_count > unit_limit.most_unit_count
)
