-- id: UNIT-03
-- title: Drug of a single-dose container without JW and JZ
-- version: 1
-- unit: service line to Medicare with a drug of a single-dose container; with any J code where their list is not loaded
-- severity: D
-- settings: professional, outpatient
-- authority: Social Security Act, section 1847A(h)(1); Medicare Claims Processing Manual (100-04), chapter 17, section 40: JZ since
--   1 July 2023
-- needs: patient, provider and day of the line, the payer's kind, and a list of the drugs in single-dose containers
-- codesets: single-dose drugs
-- fix: Bill what was discarded on a line with JW, or the dose with JZ where nothing was
-- effective: 2023-07-01
--
-- The line has neither JW nor JZ, and no line of the drug on the provider's day has JW. Contractors may return such claims.
with
drug_line as (
  select
    procedure_line.claim_id,
    procedure_line.encounter_id,
    procedure_line.line_number,
    procedure_line.code_system,
    procedure_line.code,
    procedure_line.from_date,
    procedure_line.charge_amount,
    procedure_line.first_claim_of_provider,
    regexp_matches(coalesce(procedure_line.modifiers, ''), ' J[WZ] ') as has_modifier,
    claim.filing_code,
    list_release_day.release
  from core.procedure_line as procedure_line
  inner join core.claim as claim
    on claim.claim_id = procedure_line.claim_id
  left join core.list_release_day as list_release_day
    on list_release_day.service_date = procedure_line.from_date
    and list_release_day.list_name = 'single-dose drugs'
  left join ref.code_list as code_list
    on code_list.list_name = 'single-dose drugs'
    and code_list.release = list_release_day.release
    and code_list.code_system = procedure_line.code_system
    and code_list.code = procedure_line.code
  where
    procedure_line.edit_setting in ('practitioner', 'hospital')
    and coalesce(claim.filing_code, 'MB') in ('MA', 'MB')
    and coalesce(procedure_line.from_date, date '2023-07-01') >= date '2023-07-01'
    and (code_list.code is not null or (list_release_day.release is null and procedure_line.code like 'J____'))
),

discarded as (
  select distinct
    procedure_line.first_claim_of_provider,
    procedure_line.from_date,
    procedure_line.code
  from core.procedure_line as procedure_line
  where procedure_line.modifiers like '% JW %'
),

eligible as (
  select
    drug_line.claim_id,
    drug_line.encounter_id,
    drug_line.line_number,
    drug_line.code_system,
    drug_line.code,
    drug_line.from_date,
    drug_line.charge_amount,
    drug_line.has_modifier or discarded.code is not null as is_stated,
    drug_line.release,
    1 as counted_as,
    drug_line.filing_code is not null
    and drug_line.release is not null
    and drug_line.first_claim_of_provider is not null as is_checked
  from drug_line
  left join discarded
    on discarded.first_claim_of_provider = drug_line.first_claim_of_provider
    and discarded.from_date = drug_line.from_date
    and discarded.code = drug_line.code
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
    concat(eligible.code, ' comes in single-dose containers: what was discarded is stated by JW, that nothing was by JZ.')
      as detail,
    eligible.release,
    eligible.charge_amount as at_stake_amount
  from eligible
  where eligible.is_checked and not eligible.is_stated
)
