-- The encounter and code of machine codes that are units of a sample: encounter, position and machine coder.
select
  machine_code.encounter_id || ':' || cast(machine_code.code_number as varchar) || ':' || machine_code.coder_name || ' '
  || machine_code.coder_version as unit_id,
  machine_code.encounter_id,
  machine_code.code_system,
  machine_code.code
from core.machine_code as machine_code
where list_contains(
  $unit_ids,
  machine_code.encounter_id || ':' || cast(machine_code.code_number as varchar) || ':' || machine_code.coder_name || ' '
  || machine_code.coder_version
)
order by unit_id
