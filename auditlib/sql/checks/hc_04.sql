-- id: HC-04
-- title: CPT code not in force on the day of service
-- version: 1
-- unit: service line with a CPT code
-- severity: F
-- settings: professional, institutional, dental
-- authority: 45 CFR 162.1000(a), the code set valid when the service is given; CPT, American Medical Association, by the
--   list that you license
-- needs: your CPT lists of the day of service and of another year, each of at least 8,000 codes; fee files of the day can
--   only confirm a code
-- codesets: CPT
-- fix: Take the code in force on the day of service
-- effective: 2000-01-01
--
-- A code that a loaded list holds for other days only: deleted before, or new after.
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
    concat(
      procedure_line.code,
      ' is not in force on ',
      cast(procedure_line.from_date as varchar),
      case
        when procedure_code_day.last_day < procedure_line.from_date
          then concat(': its last day was ', cast(procedure_code_day.last_day as varchar))
        when procedure_code_day.first_day > procedure_line.from_date
          then concat(': its first day is ', cast(procedure_code_day.first_day as varchar))
        else ''
      end,
      '.'
    ) as detail,
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
    and procedure_code_day.first_day is not null
)
