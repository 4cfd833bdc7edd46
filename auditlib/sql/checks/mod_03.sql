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
eligible as (
  select
    procedural_visit.claim_id,
    procedural_visit.encounter_id,
    procedural_visit.line_number,
    procedural_visit.code_system,
    procedural_visit.code,
    procedural_visit.service_date,
    procedural_visit.modifiers,
    procedural_visit.charge_amount,
    procedural_visit.procedure_code,
    procedural_visit.release,
    1 as counted_as,
    procedural_visit.is_checked
  from core.procedural_visit as procedural_visit
),

violating as (
  select
    eligible.claim_id,
    eligible.encounter_id,
    eligible.line_number as item_number,
    eligible.code_system,
    eligible.code,
    eligible.procedure_code as related_code,
    eligible.service_date,
    concat(eligible.code, ' has no modifier 25, and ', eligible.procedure_code, ' of that day includes the visit.') as detail,
    eligible.release,
    eligible.charge_amount as at_stake_amount
  from eligible
  where eligible.is_checked and eligible.procedure_code is not null and not regexp_matches(coalesce(eligible.modifiers, ''), ' (24|25|27|57) ')
)
