-- title: Visits of new patients whom the provider or the group saw within three years
-- row: one service line with a visit of a new patient, by a provider who is known
-- key: claim_id, line_number
-- rule: a visit of another encounter within the three years before. The staff may have given 99211 alone: it is no proof.
--   The same provider, or another of the group with the same specialty, is certain; another of the group is not where
--   the specialty of one of them is not given
-- source: Medicare Claims Processing Manual (100-04), chapter 12, section 30.6.7
-- needs: core.visit_line
-- for: checks
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
)

select
  visit_line.claim_id,
  visit_line.line_number,
  max(
    case
      when
        seen.provider_id = visit_line.provider_id
        or (seen.group_id = visit_line.group_id and seen.specialty = visit_line.specialty)
        then seen.service_date
    end
  ) as same_specialty_date,
  max(
    case
      when
        seen.group_id = visit_line.group_id
        and seen.provider_id <> visit_line.provider_id
        and (seen.specialty is null or visit_line.specialty is null)
        then seen.service_date
    end
  ) as unknown_specialty_date
from core.visit_line as visit_line
inner join seen
  on seen.patient_id = visit_line.patient_id
  and coalesce(seen.encounter_id, '') <> coalesce(visit_line.encounter_id, '?')
  and seen.service_date < visit_line.service_date
  and seen.service_date + interval 3 year > visit_line.service_date
where visit_line.visit_kind like 'new %' and visit_line.provider_id is not null
group by
  visit_line.claim_id,
  visit_line.line_number
