-- id: HC-02
-- title: HCPCS Level II code not in force on the day of service
-- version: 1
-- unit: service line with a HCPCS Level II code
-- severity: F
-- settings: professional, institutional, dental
-- authority: 45 CFR 162.1000(a), the code set valid when the service is given; CMS HCPCS Level II quarterly file
-- needs: the HCPCS file of the day of service, up to date for it
-- codesets: HCPCS
-- fix: Take the code in force on the day; the finding names the codes to which the file refers
-- effective: 2000-01-01
--
-- A code that a loaded file holds for other days only: ended before, or new after. related_code is the file's cross
-- reference.
with
eligible as (
  select
    procedure_code_day.line_count as counted_as,
    procedure_code_day.is_checked
  from core.procedure_code_day as procedure_code_day
  where procedure_code_day.code_system = 'HCPCS'
),

cross_reference as (
  select
    hcpcs_detail.code,
    max(hcpcs_detail.cross_reference) as cross_reference
  from ref.hcpcs_detail as hcpcs_detail
  where hcpcs_detail.code_system = 'HCPCS'
  group by hcpcs_detail.code
),

violating as (
  select
    procedure_line.claim_id,
    procedure_line.encounter_id,
    procedure_line.line_number as item_number,
    procedure_line.code_system,
    procedure_line.code,
    cross_reference.cross_reference as related_code,
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
  left join cross_reference
    on cross_reference.code = procedure_line.code
  where
    procedure_code_day.code_system = 'HCPCS'
    and procedure_code_day.is_checked
    and not procedure_code_day.is_in_force
    and procedure_code_day.first_day is not null
)
