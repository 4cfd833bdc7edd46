-- id: HC-03
-- title: Invalid CPT code
-- version: 1
-- unit: service line with a CPT code
-- severity: F
-- settings: professional, institutional, dental
-- authority: 45 CFR 162.1002, the code sets for procedures; CPT, American Medical Association, by the list that you license
-- needs: your CPT list of the day of service, of at least 8,000 codes; fee files of the day can only confirm a code
-- codesets: CPT
-- fix: Look the code up in the list of the day: a digit may be missing or transposed
-- effective: 2000-01-01
--
-- A code that no loaded list holds, on any day. A code of other days is HC-04.
with
eligible as (
  select
    procedure_code_day.line_count as counted_as,
    procedure_code_day.is_checked
  from core.procedure_code_day as procedure_code_day
  where procedure_code_day.code_system = 'CPT'
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
    concat(procedure_line.code, ' is not a CPT code.') as detail,
    procedure_code_day.release,
    procedure_line.charge_amount as at_stake_amount
  from core.procedure_code_day as procedure_code_day
  inner join core.procedure_line as procedure_line
    on procedure_line.code = procedure_code_day.code
    and procedure_line.code_system = procedure_code_day.code_system
    and procedure_line.from_date = procedure_code_day.service_date
  where
    procedure_code_day.code_system = 'CPT'
    and procedure_code_day.is_checked
    and not procedure_code_day.is_in_force
    and procedure_code_day.first_day is null
)
