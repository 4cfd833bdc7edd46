-- The codes that people, or claims, give encounters: those of a model that stand in for them left out.
select
  encounter_code.encounter_id,
  encounter_code.code_number,
  encounter_code.code_system,
  encounter_code.code,
  encounter_code.code_role
from core.encounter_code as encounter_code
where
  list_contains($encounter_ids, encounter_code.encounter_id)
  and coalesce(encounter_code.code_source, 'human') <> 'model'
order by encounter_code.encounter_id, encounter_code.code_number
