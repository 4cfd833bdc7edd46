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
    1 as counted_as,
    complexity_line.filing_code is not null as is_checked
  from core.complexity_line as complexity_line
  where complexity_line.service_date <= date '2024-12-31'
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
