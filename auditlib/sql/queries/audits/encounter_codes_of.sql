-- The coder's codes of some encounters.
select
  encounter_id,
  code_number,
  code_system,
  code,
  code_role,
  poa_indicator,
  modifier_1,
  modifier_2,
  modifier_3,
  modifier_4,
  unit_count
from core.encounter_code
where list_contains($encounter_ids, encounter_id)
order by encounter_id, code_number
