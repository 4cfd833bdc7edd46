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
eligible as (
  select
    visit_line.claim_id,
    visit_line.encounter_id,
    visit_line.line_number,
    visit_line.code_system,
    visit_line.code,
    visit_line.service_date,
    visit_line.patient_id,
    visit_line.group_id,
    visit_line.provider_id,
    visit_line.specialty,
    visit_line.charge_amount,
    1 as counted_as,
    visit_line.patient_id is not null and visit_line.provider_id is not null as is_checked
  from core.visit_line as visit_line
  where visit_line.visit_kind = 'first hospital visit'
),

-- The latest first visit and the latest discharge of the week before.
week_before as (
  select
    eligible.claim_id,
    eligible.encounter_id,
    eligible.line_number,
    eligible.code_system,
    eligible.code,
    eligible.service_date,
    eligible.charge_amount,
    max(
      case
        when
          visit_line.visit_kind = 'first hospital visit'
          and (visit_line.provider_id = eligible.provider_id or visit_line.specialty = eligible.specialty)
          and coalesce(visit_line.encounter_id, '') <> coalesce(eligible.encounter_id, '?')
          and visit_line.service_date < eligible.service_date
          then visit_line.service_date
      end
    ) as first_date,
    max(case when visit_line.visit_kind = 'hospital discharge day' then visit_line.service_date end) as discharge_date
  from eligible
  inner join core.visit_line as visit_line
    on visit_line.patient_id = eligible.patient_id
    and visit_line.group_id = eligible.group_id
    and visit_line.service_date <= eligible.service_date
    and datediff('day', visit_line.service_date, eligible.service_date) <= 7
  where eligible.is_checked
  group by
    eligible.claim_id,
    eligible.encounter_id,
    eligible.line_number,
    eligible.code_system,
    eligible.code,
    eligible.service_date,
    eligible.charge_amount
),

violating as (
  select
    week_before.claim_id,
    week_before.encounter_id,
    week_before.line_number as item_number,
    week_before.code_system,
    week_before.code,
    cast(null as varchar) as related_code,
    week_before.service_date,
    concat(
      week_before.code,
      ' is a first hospital visit, and so was that of ',
      cast(week_before.first_date as varchar),
      ', with no discharge since.'
    ) as detail,
    cast(null as varchar) as release,
    week_before.charge_amount as at_stake_amount
  from week_before
  where coalesce(week_before.discharge_date < week_before.first_date, week_before.first_date is not null)
)
