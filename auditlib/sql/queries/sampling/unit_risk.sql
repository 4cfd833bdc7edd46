-- Points of the findings of each encounter, or of each claim: fatal 8, denied 6, review 3, information 1.
with pointed as (
  select
    case when $unit = 'claim' then cast(finding.claim_id as varchar) else finding.encounter_id end as unit_id,
    case finding.severity when 'F' then 8 when 'D' then 6 when 'R' then 3 else 1 end as points
  from mart.finding as finding
)
select
  cast(pointed.unit_id as varchar) as unit_id,
  cast(sum(pointed.points) as bigint) as risk_points
from pointed
where pointed.unit_id is not null
group by pointed.unit_id
order by unit_id
