-- id: TEL-02
-- title: Telehealth service that is not on Medicare's list
-- version: 1
-- unit: practitioner's service line to Medicare with place 02 or 10, or modifier 93, 95, FQ or GT
-- severity: R
-- settings: professional
-- authority: Social Security Act, section 1834(m)(4)(F); 42 CFR 410.78(b) and (f), the list of telehealth services; Medicare
--   Claims Processing Manual (100-04), chapter 12, section 190.3
-- needs: day of the line, the payer's kind, and the list of telehealth services of its year
-- codesets: telehealth services
-- fix: Bill the service as it was given, or the listed one that the record supports; say by GY that it is not covered
-- effective: 2017-01-01
--
-- Medicare pays as telehealth what its list of the year names. GY, GX, GA and GZ say already that no payment is expected.
-- Payers other than Medicare have lists of their own.
with
eligible as (
  select
    procedure_line.claim_id,
    procedure_line.encounter_id,
    procedure_line.line_number,
    procedure_line.code_system,
    procedure_line.code,
    procedure_line.from_date,
    procedure_line.charge_amount,
    code_list.code is null as is_unlisted,
    list_release_day.release,
    1 as counted_as,
    claim.filing_code is not null and list_release_day.release is not null as is_checked
  from core.procedure_line as procedure_line
  inner join core.claim as claim
    on claim.claim_id = procedure_line.claim_id
  left join core.list_release_day as list_release_day
    on list_release_day.service_date = procedure_line.from_date
    and list_release_day.list_name = 'telehealth services'
  left join ref.code_list as code_list
    on code_list.list_name = 'telehealth services'
    and code_list.release = list_release_day.release
    and code_list.code_system = procedure_line.code_system
    and code_list.code = procedure_line.code
  where
    procedure_line.edit_setting = 'practitioner'
    and coalesce(claim.filing_code, 'MB') = 'MB'
    and (
      procedure_line.place_of_service in ('02', '10')
      or regexp_matches(coalesce(procedure_line.modifiers, ''), ' (93|95|FQ|GT) ')
    )
    and not regexp_matches(coalesce(procedure_line.modifiers, ''), ' G[AXYZ] ')
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
    concat(eligible.code, ' is billed as telehealth, and is not on Medicare''s list of telehealth services.') as detail,
    eligible.release,
    eligible.charge_amount as at_stake_amount
  from eligible
  where eligible.is_checked and eligible.is_unlisted
)
