-- id: FRQ-04
-- title: New patient visit though the group saw the patient, specialty unknown
-- version: 1
-- unit: visit of a new patient, on a professional claim
-- severity: R
-- settings: professional
-- authority: Medicare Claims Processing Manual (100-04), chapter 12, section 30.6.7; CMS change request 8165; CARC B16
-- needs: patient, group and day of the line
-- fix: Find the specialties: the same one makes the patient established
-- effective: 2013-10-01
--
-- Another provider of the group billed a visit within the three years before, and the specialty of one of them is not
-- given. Where both are given, or the provider is the same, see FRQ-01.
with
eligible as (
  select
    visit_line.claim_id,
    visit_line.encounter_id,
    visit_line.line_number,
    visit_line.code_system,
    visit_line.code,
    visit_line.service_date,
    visit_line.charge_amount,
    1 as counted_as,
    visit_line.patient_id is not null
    and visit_line.provider_id is not null
    and visit_line.group_id is not null as is_checked
  from core.visit_line as visit_line
  where visit_line.visit_kind like 'new %'
),

violating as (
  select
    eligible.claim_id,
    eligible.encounter_id,
    eligible.line_number as item_number,
    eligible.code_system,
    eligible.code,
    cast(null as varchar) as related_code,
    eligible.service_date,
    concat(
      eligible.code,
      ' is of a new patient, and another provider of the group saw the patient on ',
      cast(earlier_visit.unknown_specialty_date as varchar),
      '.'
    ) as detail,
    cast(null as varchar) as release,
    eligible.charge_amount as at_stake_amount
  from core.earlier_visit as earlier_visit
  inner join eligible
    on eligible.claim_id = earlier_visit.claim_id and eligible.line_number = earlier_visit.line_number
  where earlier_visit.unknown_specialty_date is not null
)
