-- What each version of each machine coder assigned
select
  machine_code.coder_name,
  machine_code.coder_version,
  cast(count(*) as bigint) as code_count,
  cast(count(distinct machine_code.encounter_id) as bigint) as encounter_count,
  cast(count(machine_code.confidence_share) as bigint) as with_confidence_count,
  avg(machine_code.confidence_share) as mean_confidence,
  min(source_file.loaded_at) as first_loaded_at
from core.machine_code as machine_code
left join core.source_file as source_file
  on source_file.source_file_id = machine_code.source_file_id
group by machine_code.coder_name, machine_code.coder_version
order by machine_code.coder_name, first_loaded_at, machine_code.coder_version
