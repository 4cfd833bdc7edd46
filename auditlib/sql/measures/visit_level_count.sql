-- title: Billed visits by provider, code and patient, before and after a day
-- row: one provider, kind of visit, code, patient and period
-- params: first_day_after
with highest as (
  select
    visit_rule.visit_kind,
    max(visit_rule.level_number) as highest_level_number
  from core.visit_rule as visit_rule
  group by visit_rule.visit_kind
),

ranked as (
  select
    leveled_visit.provider_id,
    leveled_visit.visit_kind,
    leveled_visit.code,
    leveled_visit.level_number,
    coalesce(claim.patient_id, concat('claim ', cast(claim.claim_id as varchar))) as patient_id,
    leveled_visit.service_date >= cast($first_day_after as date) as is_after,
    -- Of a visit that was corrected or billed to several payers, the last claim says what was coded.
    row_number() over (
      partition by
        coalesce(leveled_visit.encounter_id, concat('claim ', cast(claim.claim_id as varchar))),
        leveled_visit.service_date,
        leveled_visit.provider_id,
        leveled_visit.visit_kind
      order by leveled_visit.claim_id desc, leveled_visit.line_number
    ) as preference
  from core.leveled_visit as leveled_visit
  inner join core.claim as claim
    on claim.claim_id = leveled_visit.claim_id
  where leveled_visit.provider_id is not null
)

select
  ranked.provider_id,
  ranked.visit_kind,
  ranked.code,
  ranked.level_number,
  highest.highest_level_number,
  ranked.patient_id,
  ranked.is_after,
  count(*) as visit_count
from ranked
inner join highest
  on highest.visit_kind = ranked.visit_kind
where ranked.preference = 1
group by
  ranked.provider_id,
  ranked.visit_kind,
  ranked.code,
  ranked.level_number,
  highest.highest_level_number,
  ranked.patient_id,
  ranked.is_after
-- The share's limits are sums of fractions, which another order rounds otherwise.
order by
  provider_id,
  visit_kind,
  code,
  patient_id,
  is_after
