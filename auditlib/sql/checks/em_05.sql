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
eligible as (
  select
    complexity_line.claim_id,
    complexity_line.line_number,
    complexity_line.encounter_id,
    complexity_line.code_system,
    complexity_line.code,
    complexity_line.service_date,
    complexity_line.charge_amount,
    complexity_line.visit_code,
    complexity_line.has_preventive_service,
    1 as counted_as,
    complexity_line.filing_code is not null as is_checked
  from core.complexity_line as complexity_line
  where complexity_line.service_date >= date '2025-01-01'
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
  where eligible.is_checked and eligible.visit_code is not null and not eligible.has_preventive_service
)
