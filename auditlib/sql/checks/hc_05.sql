-- id: HC-05
-- title: Procedure that Medicare's fee schedule does not pay
-- version: 1
-- unit: service line of a professional claim to Medicare with a charge
-- severity: D
-- settings: professional
-- authority: CMS National Physician Fee Schedule Relative Value File, status codes; Medicare Claims Processing Manual
--   (100-04), chapter 23, addendum
-- needs: day of the line, the payer's kind, and the relative values (PPRRVU) of its quarter
-- codesets: physician fee schedule nonQPP
-- fix: Bill the code that Medicare recognises for it (I), nothing beside the service that includes it (B), or say by GY that
--   it is not covered (N)
-- effective: 2000-01-01
--
-- Status B (bundled), I (Medicare uses another code) and N (not covered). X is paid by another fee schedule (laboratory,
-- ambulance), C is priced by the contractor and R restricted: none is a denial. Performance codes (category II) and
-- lines without a charge ask for no payment; GY, GX, GA and GZ say already that none is expected. Medicare Advantage
-- plans (filing indicator 16) have benefits of their own.
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
    fee_schedule.status_code,
    fee_schedule.release,
    1 as counted_as,
    claim.filing_code is not null and fee_schedule.code is not null as is_checked
  from core.procedure_line as procedure_line
  inner join core.claim as claim
    on claim.claim_id = procedure_line.claim_id
  left join core.fee_release_day as fee_release_day
    on fee_release_day.service_date = procedure_line.from_date
  left join ref.fee_schedule as fee_schedule
    on fee_schedule.release = fee_release_day.release
    and fee_schedule.code = procedure_line.code
    and fee_schedule.modifier = ''
  where
    claim.form = 'P'
    and coalesce(claim.filing_code, 'MB') = 'MB'
    and procedure_line.charge_amount > 0
    and procedure_line.code not like '____F'
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
      case eligible.status_code
        when 'B' then ' is never paid by itself: what it accompanies includes it (status B).'
        when 'I' then ' is not valid for Medicare, which has another code for it (status I).'
        else ' is not covered by Medicare (status N).'
      end
    ) as detail,
    eligible.release,
    eligible.charge_amount as at_stake_amount
  from eligible
  where eligible.is_checked and eligible.status_code in ('B', 'I', 'N')
)
