-- title: How many encounters files gave, and how many are known from claims only
-- row: one origin
select
  case when origin = 'claim' then 'claim' else 'file' end as origin,
  cast(count(*) as bigint) as encounter_count
from core.encounter
group by all
order by all
