-- id: FRQ-05
-- title: First hospital visit twice in a few days
-- version: 1
-- unit: first hospital visit, on a professional claim
-- severity: R
-- settings: professional
-- authority: Medicare Claims Processing Manual (100-04), chapter 12, section 30.6.9.1
-- needs: patient, provider and day of the line
-- fix: Bill a later hospital visit, unless the patient was discharged and admitted anew
-- effective: 2000-01-01
--
-- The same provider, or another of the group with the same specialty, billed a first hospital visit on one of the seven
-- days before, and neither of them a discharge since. A new stay in another hospital may be right: a person decides.
with
stay_visit as (
  select
    visit_line.claim_id,
    visit_line.encounter_id,
    visit_line.line_number,
    visit_line.code_system,
    visit_line.code,
    visit_line.visit_kind,
    visit_line.service_date,
    visit_line.patient_id,
    visit_line.group_id,
    visit_line.provider_id,
    visit_line.specialty,
    visit_line.charge_amount
  from core.visit_line as visit_line
  where visit_line.visit_kind in ('first hospital visit', 'hospital discharge day')
),

eligible as (
  select
    stay_visit.claim_id,
    stay_visit.encounter_id,
    stay_visit.line_number,
    stay_visit.code_system,
    stay_visit.code,
    stay_visit.service_date,
    stay_visit.patient_id,
    stay_visit.group_id,
    stay_visit.provider_id,
    stay_visit.specialty,
    stay_visit.charge_amount,
    1 as counted_as,
    stay_visit.patient_id is not null and stay_visit.provider_id is not null as is_checked
  from stay_visit
  where stay_visit.visit_kind = 'first hospital visit'
),

former as (
  select
    eligible.claim_id,
    eligible.line_number,
    max(stay_visit.service_date) as first_date
  from eligible
  inner join stay_visit
    on stay_visit.patient_id = eligible.patient_id
    and stay_visit.group_id = eligible.group_id
    and (stay_visit.provider_id = eligible.provider_id or stay_visit.specialty = eligible.specialty)
    and coalesce(stay_visit.encounter_id, '') <> coalesce(eligible.encounter_id, '?')
    and stay_visit.service_date < eligible.service_date
    and datediff('day', stay_visit.service_date, eligible.service_date) <= 7
  where eligible.is_checked and stay_visit.visit_kind = 'first hospital visit'
  group by
    eligible.claim_id,
    eligible.line_number
),

discharged as (
  select distinct
    former.claim_id,
    former.line_number
  from former
  inner join eligible
    on eligible.claim_id = former.claim_id and eligible.line_number = former.line_number
  inner join stay_visit
    on stay_visit.patient_id = eligible.patient_id
    and stay_visit.group_id = eligible.group_id
    and stay_visit.visit_kind = 'hospital discharge day'
    and stay_visit.service_date >= former.first_date
    and stay_visit.service_date <= eligible.service_date
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
      ' is a first hospital visit, and so was that of ',
      cast(former.first_date as varchar),
      ', with no discharge since.'
    ) as detail,
    cast(null as varchar) as release,
    eligible.charge_amount as at_stake_amount
  from former
  inner join eligible
    on eligible.claim_id = former.claim_id and eligible.line_number = former.line_number
  left join discharged
    on discharged.claim_id = former.claim_id and discharged.line_number = former.line_number
  where discharged.claim_id is null
)
