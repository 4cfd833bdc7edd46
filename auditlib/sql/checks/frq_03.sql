-- id: FRQ-03
-- title: Second visit of a day by one physician or specialty
-- version: 2
-- unit: practitioner's visit, other than preventive
-- severity: D
-- settings: professional
-- authority: Medicare Claims Processing Manual (100-04), chapter 12, sections 30.6.5, 30.6.7.B, 30.6.9 and 30.6.13; CARC B14
-- needs: patient, provider and day of the line
-- fix: Bill one visit that takes in all the work of the day; 25 where the second is for another problem
-- effective: 2000-01-01
--
-- Two visits of one day to one payer by the same provider, or by two of the group with the same specialty, none of them
-- with 24, 25, 27 or 57. A discharge from hospital and the first visit in a nursing facility are both paid. The later
-- line is the finding. One that repeats the former to the letter is the same visit billed twice: DUP-01 finds it.
with
eligible as (
  select
    visit_line.claim_id,
    visit_line.encounter_id,
    visit_line.line_number,
    visit_line.code_system,
    visit_line.code,
    visit_line.visit_kind,
    visit_line.service_date,
    visit_line.provider_id,
    visit_line.specialty,
    visit_line.first_claim_of_group,
    visit_line.charge_amount,
    coalesce(visit_line.modifiers, '') as modifiers,
    regexp_matches(coalesce(visit_line.modifiers, ''), ' (24|25|27|57) ') as is_separate,
    1 as counted_as,
    visit_line.first_claim_of_group is not null as is_checked
  from core.visit_line as visit_line
  where
    visit_line.visit_kind not like '%preventive%'
    and visit_line.visit_kind not like '%wellness%'
    and visit_line.visit_kind not like 'welcome%'
),

repeated_day as (
  select
    eligible.first_claim_of_group,
    eligible.service_date
  from eligible
  where eligible.is_checked and not eligible.is_separate
  group by
    eligible.first_claim_of_group,
    eligible.service_date
  having count(*) > 1
),

candidate as (
  select
    eligible.claim_id,
    eligible.encounter_id,
    eligible.line_number,
    eligible.code_system,
    eligible.code,
    eligible.visit_kind,
    eligible.service_date,
    eligible.provider_id,
    eligible.specialty,
    eligible.first_claim_of_group,
    eligible.charge_amount,
    eligible.modifiers
  from eligible
  inner join repeated_day
    on repeated_day.first_claim_of_group = eligible.first_claim_of_group
    and repeated_day.service_date = eligible.service_date
  where not eligible.is_separate
),

repeated as (
  select
    later.claim_id,
    later.line_number,
    min(former.code) as former_code
  from candidate as later
  inner join candidate as former
    on former.first_claim_of_group = later.first_claim_of_group
    and former.service_date = later.service_date
    and (former.provider_id = later.provider_id or former.specialty = later.specialty)
    and (
      former.claim_id < later.claim_id
      or (former.claim_id = later.claim_id and former.line_number < later.line_number)
    )
  where
    not (former.visit_kind = 'hospital discharge day' and later.visit_kind = 'first nursing facility visit')
    and not (former.visit_kind = 'first nursing facility visit' and later.visit_kind = 'hospital discharge day')
    and not (
      former.provider_id = later.provider_id
      and former.code = later.code
      and former.charge_amount = later.charge_amount
      and former.modifiers = later.modifiers
      and not regexp_matches(later.modifiers, ' (76|77|91) ')
    )
  group by
    later.claim_id,
    later.line_number
),

violating as (
  select
    candidate.claim_id,
    candidate.encounter_id,
    candidate.line_number as item_number,
    candidate.code_system,
    candidate.code,
    repeated.former_code as related_code,
    candidate.service_date,
    concat(
      candidate.code,
      ' is the second visit of the day by one physician or specialty, beside ',
      repeated.former_code,
      '.'
    ) as detail,
    cast(null as varchar) as release,
    candidate.charge_amount as at_stake_amount
  from repeated
  inner join candidate
    on candidate.claim_id = repeated.claim_id and candidate.line_number = repeated.line_number
)
