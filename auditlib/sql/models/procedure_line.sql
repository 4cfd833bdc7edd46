-- title: Service lines with a procedure code, as edits of a patient's day compare them
-- row: one service line with a procedure code on a claim that stands
-- key: claim_id, line_number
-- rule: a provider's day is one patient, one provider and one first day of service, among claims that are compared with
--   each other; a group's day has the billing provider in the provider's place. The provider is who rendered a
--   professional claim, else who billed. Professional claims follow the edits for practitioners, outpatient bills those
--   for hospitals, inpatient and dental claims none; Medicaid has tables of its own. Units of a line over several days are those of one day, rounded
-- source: CMS NCCI Policy Manual for Medicare Services, chapter 1; Medicare Claims Processing Manual (100-04), chapter 23
with
billed as (
  select
    claim_line.claim_id,
    claim_line.line_number,
    standing_claim.encounter_id,
    case
      when claim.form = 'P' then concat(case when claim.filing_code = 'MC' then 'Medicaid ' else '' end, 'practitioner')
      when
        claim.form = 'I'
        and substring(ltrim(claim.type_of_bill, '0'), 1, 2) in ('12', '13', '14', '22', '23', '34', '74', '75', '85')
        then concat(case when claim.filing_code = 'MC' then 'Medicaid ' else '' end, 'hospital')
    end as edit_setting,
    claim_line.code_system,
    claim_line.code,
    claim_line.from_date,
    greatest(coalesce(claim_line.to_date, claim_line.from_date), claim_line.from_date) as to_date,
    coalesce(claim_line.unit_count, 1) as unit_count,
    claim_line.charge_amount,
    case
      when claim_line.modifier_1 is null and claim_line.modifier_2 is null then ''
      else concat(
        ' ', coalesce(claim_line.modifier_1, ''), ' ', coalesce(claim_line.modifier_2, ''), ' ',
        coalesce(claim_line.modifier_3, ''), ' ', coalesce(claim_line.modifier_4, ''), ' '
      )
    end as modifiers,
    standing_claim.compared_among,
    claim.patient_id,
    claim.billing_provider_id,
    case
      when claim.form = 'P' then coalesce(claim.rendering_provider_id, claim.billing_provider_id)
      else claim.billing_provider_id
    end as provider_id
  from core.claim_line as claim_line
  inner join core.standing_claim as standing_claim
    on standing_claim.claim_id = claim_line.claim_id
  inner join core.claim as claim
    on claim.claim_id = claim_line.claim_id
  where claim_line.code is not null
),

provider_day as (
  select
    day.compared_among,
    day.patient_id,
    day.provider_id,
    day.from_date,
    row_number() over (order by day.from_date, day.patient_id, day.provider_id, day.compared_among) as day_number
  from (
    select distinct
      billed.compared_among,
      billed.patient_id,
      billed.provider_id,
      billed.from_date
    from billed
    where billed.patient_id is not null and billed.provider_id is not null and billed.from_date is not null
  ) as day
),

group_day as (
  select
    day.compared_among,
    day.patient_id,
    day.billing_provider_id,
    day.from_date,
    row_number() over (order by day.from_date, day.patient_id, day.billing_provider_id, day.compared_among) as day_number
  from (
    select distinct
      billed.compared_among,
      billed.patient_id,
      billed.billing_provider_id,
      billed.from_date
    from billed
    where billed.patient_id is not null and billed.billing_provider_id is not null and billed.from_date is not null
  ) as day
)

select
  billed.claim_id,
  billed.line_number,
  billed.encounter_id,
  cast(billed.edit_setting as varchar) as edit_setting,
  billed.code_system,
  billed.code,
  billed.from_date,
  cast(billed.unit_count as decimal(18, 4)) as unit_count,
  cast(
    case
      when billed.to_date > billed.from_date
        then round(billed.unit_count / nullif(datediff('day', billed.from_date, billed.to_date) + 1, 0), 0)
      else billed.unit_count
    end as decimal(18, 4)
  ) as daily_unit_count,
  billed.charge_amount,
  -- Anatomic and global modifiers, 27 and 91 say so on either code of a pair.
  billed.modifiers <> ''
  and regexp_matches(
    billed.modifiers,
    ' (E[1-4]|F[A1-9]|T[A1-9]|LT|RT|LC|LD|RC|LM|RI|24|25|27|57|58|78|79|91) '
  ) as has_unbundling_modifier,
  billed.modifiers <> '' and regexp_matches(billed.modifiers, ' (59|X[ESPU]) ') as is_stated_distinct,
  cast(provider_day.day_number as bigint) as provider_day_number,
  cast(group_day.day_number as bigint) as group_day_number
from billed
left join provider_day
  on provider_day.compared_among = billed.compared_among
  and provider_day.patient_id = billed.patient_id
  and provider_day.provider_id = billed.provider_id
  and provider_day.from_date = billed.from_date
left join group_day
  on group_day.compared_among = billed.compared_among
  and group_day.patient_id = billed.patient_id
  and group_day.billing_provider_id = billed.billing_provider_id
  and group_day.from_date = billed.from_date
order by provider_day_number, billed.claim_id, billed.line_number
