-- id: EM-05
-- title: Visit complexity beside a visit with modifier 25 and no preventive service
-- version: 1
-- unit: service line with G2211 on a professional claim to Medicare, or to a payer that the claim does not say
-- severity: R
-- settings: professional
-- authority: CMS physician fee schedule of 2025 and transmittal 13015: G2211 is paid beside modifier 25 where the other service is an annual wellness visit, a vaccination or another preventive service of Part B
-- needs: the claim's filing indicator, which says that the payer is Medicare Part B
-- fix: Keep G2211 where the service for which modifier 25 stands is a preventive one of Part B, else take it off
-- effective: 2025-01-01
--
-- The list of services is long, and one may be on another claim: a person decides where the claim has none of the visits,
-- vaccinations, screenings and counselling sessions named below.
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
    ) as visit_code,
    max(
      case
        when
          visit.code in ('G0402', 'G0438', 'G0439', 'G0008', 'G0009', 'G0010', 'G0136', 'G0442', 'G0444', 'G0446', 'G0447')
          or visit.code between '90460' and '90480'
          then 1
        else 0
      end
    ) as has_preventive_service
  from core.procedure_line as procedure_line
  inner join core.claim as claim
    on claim.claim_id = procedure_line.claim_id
  inner join core.claim_line as visit
    on visit.claim_id = procedure_line.claim_id and visit.from_date = procedure_line.from_date
  where
    procedure_line.code = 'G2211'
    and claim.form = 'P'
    and coalesce(claim.filing_code, 'MB') = 'MB'
    and procedure_line.from_date >= date '2025-01-01'
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
    add_on.has_preventive_service,
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
    concat('G2211 beside ', eligible.visit_code, ' with modifier 25, and no preventive service is on the claim.') as detail,
    cast(null as varchar) as release,
    eligible.charge_amount as at_stake_amount
  from eligible
  where eligible.is_checked and eligible.visit_code is not null and eligible.has_preventive_service = 0
)
