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
seen as (
  select distinct
    visit_line.patient_id,
    visit_line.encounter_id,
    visit_line.service_date,
    visit_line.provider_id,
    visit_line.group_id,
    visit_line.specialty
  from core.visit_line as visit_line
  where visit_line.patient_id is not null and visit_line.code <> '99211'
),

eligible as (
  select
    visit_line.claim_id,
    visit_line.encounter_id,
    visit_line.line_number,
    visit_line.code_system,
    visit_line.code,
    visit_line.service_date,
    visit_line.patient_id,
    visit_line.provider_id,
    visit_line.group_id,
    visit_line.specialty,
    visit_line.charge_amount,
    1 as counted_as,
    visit_line.patient_id is not null
    and visit_line.provider_id is not null
    and visit_line.group_id is not null as is_checked
  from core.visit_line as visit_line
  where visit_line.visit_kind like 'new %'
),

earlier as (
  select
    eligible.claim_id,
    eligible.line_number,
    max(seen.service_date) as seen_date
  from eligible
  inner join seen
    on seen.patient_id = eligible.patient_id
    and coalesce(seen.encounter_id, '') <> coalesce(eligible.encounter_id, '?')
    and seen.service_date < eligible.service_date
    and seen.service_date + interval 3 year > eligible.service_date
    and seen.group_id = eligible.group_id
    and seen.provider_id <> eligible.provider_id
    and (seen.specialty is null or eligible.specialty is null)
  where eligible.is_checked
  group by
    eligible.claim_id,
    eligible.line_number
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
      cast(earlier.seen_date as varchar),
      '.'
    ) as detail,
    cast(null as varchar) as release,
    eligible.charge_amount as at_stake_amount
  from earlier
  inner join eligible
    on eligible.claim_id = earlier.claim_id and eligible.line_number = earlier.line_number
)
