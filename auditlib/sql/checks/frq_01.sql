-- id: FRQ-01
-- title: New patient visit of a patient seen within three years
-- version: 1
-- unit: visit of a new patient, on a professional claim
-- severity: D
-- settings: professional
-- authority: Medicare Claims Processing Manual (100-04), chapter 12, section 30.6.7; CMS change request 8165; CARC B16
-- needs: patient, provider and day of the line; group and specialty where the earlier visit was another provider's
-- fix: Bill the visit of an established patient; the finding names the day of the earlier one
-- effective: 2013-10-01
--
-- The same provider, or another of the group with the same specialty, billed a visit within the three years before.
-- A visit that the staff may have given alone (99211) is no proof, nor is another claim of the same encounter.
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
    visit_line.patient_id is not null and visit_line.provider_id is not null as is_checked
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
      ' is of a new patient, and the group saw the patient on ',
      cast(earlier_visit.same_specialty_date as varchar),
      '.'
    ) as detail,
    cast(null as varchar) as release,
    eligible.charge_amount as at_stake_amount
  from core.earlier_visit as earlier_visit
  inner join eligible
    on eligible.claim_id = earlier_visit.claim_id and eligible.line_number = earlier_visit.line_number
  where earlier_visit.same_specialty_date is not null
)
