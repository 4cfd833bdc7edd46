-- The checks that found something on some encounters or their claims.
select distinct
  encounter_id,
  check_id
from mart.finding
where list_contains($encounter_ids, encounter_id)
order by encounter_id, check_id
