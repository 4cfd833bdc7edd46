-- id: MOD-03
-- title: Visit on the day of a minor procedure without modifier 25
-- version: 1
-- unit: practitioner's visit, other than preventive
-- severity: D
-- settings: professional
-- authority: Medicare Claims Processing Manual (100-04), chapter 12, sections 30.6.6 and 40.1; NCCI Policy Manual, chapter 1,
--   section D
-- needs: patient, provider and day of the line, and the relative values (PPRRVU) of its quarter
-- codesets: physician fee schedule nonQPP
-- fix: Add 25 if the record shows a visit beyond the procedure; else take the visit off
-- effective: 2000-01-01
--
-- A minor procedure (global days 000 or 010) includes the visit at which it is done, and the decision to do it. Visits
-- with 24, 25, 27 or 57 are none. On the day of a major procedure see GLB-01.
with
procedure_day as (
  select
    procedure_line.first_claim_of_provider,
    global_procedure.service_date,
    min(global_procedure.code) as code,
    max(global_procedure.release) as release
  from core.global_procedure as global_procedure
  inner join core.procedure_line as procedure_line
    on procedure_line.claim_id = global_procedure.claim_id and procedure_line.line_number = global_procedure.line_number
  where global_procedure.global_days < 90 and procedure_line.first_claim_of_provider is not null
  group by
    procedure_line.first_claim_of_provider,
    global_procedure.service_date
),

eligible as (
  select
    visit_line.claim_id,
    visit_line.encounter_id,
    visit_line.line_number,
    visit_line.code_system,
    visit_line.code,
    visit_line.service_date,
    visit_line.modifiers,
    visit_line.charge_amount,
    visit_line.first_claim_of_provider,
    1 as counted_as,
    visit_line.first_claim_of_provider is not null
    and fee_release_day.release is not null
    and coalesce(claim.filing_code, '') <> 'MC' as is_checked
  from core.visit_line as visit_line
  inner join core.claim as claim
    on claim.claim_id = visit_line.claim_id
  left join core.fee_release_day as fee_release_day
    on fee_release_day.service_date = visit_line.service_date
  where
    visit_line.visit_kind not like '%preventive%'
    and visit_line.visit_kind not like '%wellness%'
    and visit_line.visit_kind not like 'welcome%'
),

violating as (
  select
    eligible.claim_id,
    eligible.encounter_id,
    eligible.line_number as item_number,
    eligible.code_system,
    eligible.code,
    procedure_day.code as related_code,
    eligible.service_date,
    concat(eligible.code, ' has no modifier 25, and ', procedure_day.code, ' of that day includes the visit.') as detail,
    procedure_day.release,
    eligible.charge_amount as at_stake_amount
  from eligible
  inner join procedure_day
    on procedure_day.first_claim_of_provider = eligible.first_claim_of_provider
    and procedure_day.service_date = eligible.service_date
  where eligible.is_checked and not regexp_matches(coalesce(eligible.modifiers, ''), ' (24|25|27|57) ')
)
