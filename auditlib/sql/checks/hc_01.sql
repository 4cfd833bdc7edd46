-- id: HC-01
-- title: Invalid HCPCS Level II code
-- version: 1
-- unit: service line with a HCPCS Level II code
-- severity: F
-- settings: professional, institutional, dental
-- authority: 45 CFR 162.1002, the code sets for procedures and supplies; CMS HCPCS Level II quarterly file
-- needs: the HCPCS file of the day of service, up to date for it
-- codesets: HCPCS
-- fix: Look the code up in the file of the day: a character may be transposed, or O and 0 exchanged
-- effective: 2000-01-01
--
-- A code that no loaded file holds, on any day. A code of other days is HC-02.
with
eligible as (
  select
    procedure_code_day.line_count as counted_as,
    procedure_code_day.is_checked
  from core.procedure_code_day as procedure_code_day
  where procedure_code_day.code_system = 'HCPCS'
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
    concat(procedure_line.code, ' is not a HCPCS Level II code.') as detail,
    procedure_code_day.release,
    procedure_line.charge_amount as at_stake_amount
  from core.procedure_code_day as procedure_code_day
  inner join core.procedure_line as procedure_line
    on procedure_line.code = procedure_code_day.code
    and procedure_line.code_system = procedure_code_day.code_system
    and procedure_line.from_date = procedure_code_day.service_date
  where
    procedure_code_day.code_system = 'HCPCS'
    and procedure_code_day.is_checked
    and procedure_code_day.first_day is null
)
