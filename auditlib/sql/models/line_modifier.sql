-- title: Modifiers of service lines, one a row
-- row: one modifier of one service line with a procedure code on a claim that stands
-- key: claim_id, line_number, modifier
-- rule: a modifier that a line has twice is one row
-- source: ASC X12N 005010X222A1 and 005010X223A2, SV101 and SV202, components 3 to 6
-- needs: core.procedure_line
-- for: checks
with
modified as (
  select
    procedure_line.claim_id,
    procedure_line.line_number,
    procedure_line.from_date,
    claim_line.modifier_1,
    claim_line.modifier_2,
    claim_line.modifier_3,
    claim_line.modifier_4
  from core.procedure_line as procedure_line
  inner join core.claim_line as claim_line
    on claim_line.claim_id = procedure_line.claim_id and claim_line.line_number = procedure_line.line_number
  where procedure_line.modifiers is not null
),

stated as (
  select
    modified.claim_id,
    modified.line_number,
    modified.modifier_1 as modifier,
    modified.from_date
  from modified
  where modified.modifier_1 is not null
  union
  select
    modified.claim_id,
    modified.line_number,
    modified.modifier_2 as modifier,
    modified.from_date
  from modified
  where modified.modifier_2 is not null
  union
  select
    modified.claim_id,
    modified.line_number,
    modified.modifier_3 as modifier,
    modified.from_date
  from modified
  where modified.modifier_3 is not null
  union
  select
    modified.claim_id,
    modified.line_number,
    modified.modifier_4 as modifier,
    modified.from_date
  from modified
  where modified.modifier_4 is not null
)

select
  stated.claim_id,
  stated.line_number,
  stated.modifier,
  stated.from_date as service_date
from stated
order by stated.claim_id, stated.line_number, stated.modifier
