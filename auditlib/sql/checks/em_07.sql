-- id: EM-07
-- title: The same minutes in every record of a provider
-- version: 1
-- unit: provider and kind of visit with ten visits or more whose records state minutes
-- severity: R
-- settings: professional
-- authority: CPT evaluation and management guidelines: minutes count by visit, those of its day
-- needs: documents that state one total of minutes for the day of ten visits or more
-- fix: Look whether the minutes come from a template; ask the provider how the time is kept
-- effective: 2021-01-01
--
-- Ten visits, because fewer are alike by chance where minutes are rounded to five. A schedule of equal slots makes equal
-- times too: a person decides.
with
provider_time as (
  select
    leveled_visit.provider_id,
    leveled_visit.visit_kind,
    min(leveled_visit.minute_count) as least_minute_count,
    max(leveled_visit.minute_count) as most_minute_count,
    count(distinct leveled_visit.encounter_id) as visit_count
  from core.leveled_visit as leveled_visit
  where leveled_visit.minute_count is not null
  group by
    leveled_visit.provider_id,
    leveled_visit.visit_kind
),

eligible as (
  select
    provider_time.provider_id,
    provider_time.visit_kind,
    provider_time.least_minute_count,
    provider_time.most_minute_count,
    provider_time.visit_count,
    1 as counted_as,
    true as is_checked
  from provider_time
  where provider_time.visit_count >= 10
),

numbered as (
  select
    leveled_visit.claim_id,
    leveled_visit.encounter_id,
    leveled_visit.line_number,
    leveled_visit.code_system,
    leveled_visit.code,
    leveled_visit.service_date,
    leveled_visit.provider_id,
    leveled_visit.visit_kind,
    row_number() over (
      partition by leveled_visit.provider_id, leveled_visit.visit_kind
      order by leveled_visit.claim_id, leveled_visit.line_number
    ) as place
  from core.leveled_visit as leveled_visit
  where leveled_visit.minute_count is not null
),

violating as (
  select
    numbered.claim_id,
    numbered.encounter_id,
    numbered.line_number as item_number,
    numbered.code_system,
    numbered.code,
    cast(null as varchar) as related_code,
    numbered.service_date,
    concat(
      'All ',
      cast(eligible.visit_count as varchar),
      ' records of this provider and kind of visit with minutes state ',
      cast(eligible.most_minute_count as varchar),
      '.'
    ) as detail,
    cast(null as varchar) as release,
    cast(null as decimal(18, 2)) as at_stake_amount
  from eligible
  inner join numbered
    on numbered.provider_id = eligible.provider_id and numbered.visit_kind = eligible.visit_kind and numbered.place = 1
  where eligible.least_minute_count = eligible.most_minute_count
)
