-- id: AOC-01
-- title: Add-on code without any of its primary procedures
-- version: 1
-- unit: service line with an add-on code whose primary procedures are all listed
-- severity: D
-- settings: professional, outpatient
-- authority: CMS NCCI add-on code edits, type 1; Medicare Claims Processing Manual (100-04), chapter 12, section 30.D
-- needs: patient, billing provider and day of the line
-- codesets: add-on codes
-- fix: Bill the primary procedure that was done, or take the add-on code off
-- effective: 2013-01-01
--
-- A primary that the same group billed for the patient on the day is enough, on another claim or by another
-- practitioner too: critical care is shared in a group, and specialties are not on a claim.
with
eligible as (
  select
    add_on_line.claim_id,
    add_on_line.line_number,
    add_on_line.has_listed_primary,
    add_on_line.release,
    1 as counted_as,
    add_on_line.is_day_known as is_checked
  from core.add_on_line as add_on_line
  where add_on_line.edit_type = '1'
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
    concat(procedure_line.code, ' is an add-on code, and none of its primary procedures was billed that day.') as detail,
    eligible.release,
    procedure_line.charge_amount as at_stake_amount
  from eligible
  inner join core.procedure_line as procedure_line
    on procedure_line.claim_id = eligible.claim_id and procedure_line.line_number = eligible.line_number
  where eligible.is_checked and not eligible.has_listed_primary
)
