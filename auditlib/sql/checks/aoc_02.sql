-- id: AOC-02
-- title: Add-on code with no other procedure of the day
-- version: 1
-- unit: service line with an add-on code whose primary procedures the contractor names
-- severity: D
-- settings: professional, outpatient
-- authority: CMS NCCI add-on code edits, type 2; Medicare Claims Processing Manual (100-04), chapter 12, section 30.D
-- needs: patient, billing provider and day of the line; beside another procedure also the contractor's own list
-- codesets: add-on codes
-- fix: Bill the primary procedure that was done, or take the add-on code off
-- effective: 2013-01-01
--
-- Which procedures are primary the contractor decides, so that a line beside another procedure of the group's day is not
-- checked. Alone, or beside other add-on codes only, it has none.
with
eligible as (
  select
    add_on_line.claim_id,
    add_on_line.line_number,
    add_on_line.release,
    1 as counted_as,
    add_on_line.is_day_known and not add_on_line.has_other_procedure as is_checked
  from core.add_on_line as add_on_line
  where add_on_line.edit_type = '2'
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
    concat(procedure_line.code, ' is an add-on code, and no other procedure than add-on codes was billed that day.') as detail,
    eligible.release,
    procedure_line.charge_amount as at_stake_amount
  from eligible
  inner join core.procedure_line as procedure_line
    on procedure_line.claim_id = eligible.claim_id and procedure_line.line_number = eligible.line_number
  where eligible.is_checked
)
