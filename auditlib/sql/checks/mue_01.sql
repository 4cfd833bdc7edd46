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
    procedure_line.claim_id,
    procedure_line.encounter_id,
    procedure_line.line_number,
    procedure_line.code_system,
    procedure_line.code,
    procedure_line.from_date,
    procedure_line.daily_unit_count,
    procedure_line.charge_amount,
    unit_limit.most_unit_count,
    unit_limit.release,
    1 as counted_as,
    unit_limit.code is not null as is_checked
  from core.procedure_line as procedure_line
  left join core.unit_limit as unit_limit
    on unit_limit.service_date = procedure_line.from_date
    and unit_limit.edit_setting = procedure_line.edit_setting
    and unit_limit.code = procedure_line.code
  where
    procedure_line.edit_setting is not null
    and coalesce(unit_limit.adjudication_indicator, '1') = '1'
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
      rtrim(rtrim(cast(cast(eligible.daily_unit_count as decimal(18, 4)) as varchar), '0'), '.'),
      ' units of ',
      eligible.code,
      ' on one line; the limit of a line is ',
      cast(eligible.most_unit_count as varchar),
      '.'
    ) as detail,
    eligible.release,
    eligible.charge_amount as at_stake_amount
  from eligible
  where eligible.daily_unit_count > eligible.most_unit_count
)
