-- The check of the severest finding of each encounter, or of each claim; of several as severe the first by its id.
with ranked as (
  select
    case when $unit = 'claim' then cast(finding.claim_id as varchar) else finding.encounter_id end as unit_id,
    finding.check_id,
    case finding.severity when 'F' then 1 when 'D' then 2 when 'R' then 3 else 4 end as severity_rank
  from mart.finding as finding
)

select
  ranked.unit_id,
  substring(min(concat(cast(ranked.severity_rank as varchar), ranked.check_id)), 2) as finding
from ranked
where ranked.unit_id is not null
group by ranked.unit_id
order by ranked.unit_id
