-- id: MOD-09
-- title: Modifier 25 beside a minor procedure
-- version: 1
-- unit: practitioner's visit with modifier 25, other than preventive
-- severity: R
-- settings: professional
-- authority: Medicare Claims Processing Manual (100-04), chapter 12, sections 30.6.6 and 40.1; NCCI Policy Manual, chapter 1,
--   section D
-- needs: patient, provider and day of the line, and the relative values (PPRRVU) of its quarter
-- codesets: physician fee schedule nonQPP
-- fix: Look in the record for history, examination or decisions beyond the procedure; else take the visit off
-- effective: 2000-01-01
--
-- The visit is paid for the modifier: does the record show a separate one? A minor procedure has global days 000 or 010.
with
eligible as (
  select
    procedural_visit.claim_id,
    procedural_visit.encounter_id,
    procedural_visit.line_number,
    procedural_visit.code_system,
    procedural_visit.code,
    procedural_visit.service_date,
    procedural_visit.charge_amount,
    procedural_visit.procedure_code,
    procedural_visit.release,
    1 as counted_as,
    procedural_visit.is_checked
  from core.procedural_visit as procedural_visit
  where procedural_visit.modifiers like '% 25 %'
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
    concat(
      eligible.code,
      ' is paid beside ',
      eligible.procedure_code,
      ' for modifier 25: the record has to show a separate visit.'
    ) as detail,
    eligible.release,
    eligible.charge_amount as at_stake_amount
  from eligible
  where eligible.is_checked and eligible.procedure_code is not null
)
