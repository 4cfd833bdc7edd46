-- The encounter of an id, as a row where there is one.
select
  encounter.encounter_id
from core.encounter as encounter
where encounter.encounter_id = $encounter_id
