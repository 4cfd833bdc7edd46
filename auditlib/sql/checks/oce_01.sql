-- id: OCE-01
-- title: Outpatient procedure whose payment status rules it out
-- version: 1
-- unit: service line of an outpatient hospital bill (type 12 or 13) to Medicare with a charge
-- severity: D
-- settings: outpatient
-- authority: CMS Addendum B of the hospital outpatient payment system, status indicators; Medicare Claims Processing Manual
--   (100-04), chapter 4, section 10.1.1; Integrated Outpatient Code Editor, edits 13, 18, 61, 62 and 72; 42 CFR 419.22(n)
-- needs: day of the line, the payer's kind, and Addendum B of its quarter with the code
-- codesets: outpatient rates
-- fix: Bill the stay as an inpatient one (C), the code that outpatient bills take (B), or the contractor for equipment (Y)
-- effective: 2017-01-01
--
-- Status C (inpatients only), B (another code on outpatient bills), E1 and E2 (not paid), M (not billable to the
-- contractor) and Y (billed to the contractor for equipment). Modifier CA says that the patient died or was transferred
-- before admission: the procedure is paid then. GY, GX, GA and GZ say already that no payment is expected.
with
rate_day as (
  select
    billed_day.service_date,
    max_by(release.release, release.effective_from) as release
  from (
    select distinct procedure_line.from_date as service_date
    from core.procedure_line as procedure_line
  ) as billed_day
  inner join ref.release as release
    on release.code_system = 'outpatient rates'
    and release.effective_from <= billed_day.service_date
    and coalesce(release.effective_to, date '9999-12-31') >= billed_day.service_date
  group by billed_day.service_date
),

eligible as (
  select
    procedure_line.claim_id,
    procedure_line.encounter_id,
    procedure_line.line_number,
    procedure_line.code_system,
    procedure_line.code,
    procedure_line.from_date,
    procedure_line.charge_amount,
    procedure_line.modifiers,
    outpatient_rate.status_indicator,
    outpatient_rate.release,
    1 as counted_as,
    claim.filing_code is not null and outpatient_rate.code is not null as is_checked
  from core.procedure_line as procedure_line
  inner join core.claim as claim
    on claim.claim_id = procedure_line.claim_id
  left join rate_day
    on rate_day.service_date = procedure_line.from_date
  left join ref.outpatient_rate as outpatient_rate
    on outpatient_rate.release = rate_day.release and outpatient_rate.code = procedure_line.code
  where
    claim.form = 'I'
    and substring(ltrim(claim.type_of_bill, '0'), 1, 2) in ('12', '13')
    and coalesce(claim.filing_code, 'MA') = 'MA'
    and procedure_line.charge_amount > 0
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
    concat(
      eligible.code,
      case eligible.status_indicator
        when 'C' then ' is paid for inpatients only'
        when 'B' then ' is not recognised on an outpatient bill, where another code may stand for it'
        when 'M' then ' is not billable to the Medicare administrative contractor'
        when 'Y' then ' is billed to the contractor for durable equipment'
        else ' is not paid by Medicare for outpatients'
      end,
      ' (status ',
      eligible.status_indicator,
      ').'
    ) as detail,
    eligible.release,
    eligible.charge_amount as at_stake_amount
  from eligible
  where
    eligible.is_checked
    and eligible.status_indicator in ('B', 'C', 'E1', 'E2', 'M', 'Y')
    and not (eligible.status_indicator = 'C' and coalesce(eligible.modifiers, '') like '% CA %')
)
