-- id: EM-04
-- title: Visit complexity beside a visit with modifier 25
-- version: 1
-- unit: service line with G2211 on a professional claim to Medicare, or to a payer that the claim does not say
-- severity: D
-- settings: professional
-- authority: CMS physician fee schedule of 2024 (88 FR 78818): G2211 is not paid where the office visit has modifier 25
-- needs: the claim's filing indicator, which says that the payer is Medicare Part B
-- fix: Take G2211 off, or modifier 25 where the record shows no separate procedure or service
-- effective: 2024-01-01 to 2024-12-31
--
-- In 2024 without exception. From 2025 there is one for preventive services: EM-05.
with
add_on as (
  select
    procedure_line.claim_id,
    procedure_line.line_number,
    procedure_line.encounter_id,
    procedure_line.code_system,
    procedure_line.code,
    procedure_line.from_date as service_date,
    procedure_line.charge_amount,
    claim.filing_code,
    max(
      case
        when
          visit.code between '99202' and '99215'
          and '25' in (visit.modifier_1, visit.modifier_2, visit.modifier_3, visit.modifier_4)
          then visit.code
      end
    ) as visit_code
  from core.procedure_line as procedure_line
  inner join core.claim as claim
    on claim.claim_id = procedure_line.claim_id
  inner join core.claim_line as visit
    on visit.claim_id = procedure_line.claim_id and visit.from_date = procedure_line.from_date
  where
    procedure_line.code = 'G2211'
    and claim.form = 'P'
    and coalesce(claim.filing_code, 'MB') = 'MB'
    and procedure_line.from_date between date '2024-01-01' and date '2024-12-31'
  group by
    procedure_line.claim_id,
    procedure_line.line_number,
    procedure_line.encounter_id,
    procedure_line.code_system,
    procedure_line.code,
    procedure_line.from_date,
    procedure_line.charge_amount,
    claim.filing_code
),

eligible as (
  select
    add_on.claim_id,
    add_on.line_number,
    add_on.encounter_id,
    add_on.code_system,
    add_on.code,
    add_on.service_date,
    add_on.charge_amount,
    add_on.visit_code,
    1 as counted_as,
    add_on.filing_code is not null as is_checked
  from add_on
),

violating as (
  select
    eligible.claim_id,
    eligible.encounter_id,
    eligible.line_number as item_number,
    eligible.code_system,
    eligible.code,
    eligible.visit_code as related_code,
    eligible.service_date,
    concat('G2211 beside ', eligible.visit_code, ' with modifier 25.') as detail,
    cast(null as varchar) as release,
    eligible.charge_amount as at_stake_amount
  from eligible
  where eligible.is_checked and eligible.visit_code is not null
)
