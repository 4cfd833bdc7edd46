-- title: Codes of encounters that only a model coded
-- row: one code of an encounter with a model's codes and no others
-- key: encounter_id, code_number
-- fills: core.encounter_code
-- part: code_source = 'model'
-- loaded: core.encounter_code
-- cut: patient_control_number
-- rule: the codes of the version whose file was loaded last; none where a file gives the codes of a coder, or they
--   follow from a claim: a model's codes never take the place of those
-- needs: core.machine_code
with machine_list as (
  select
    machine_code.encounter_id,
    machine_code.coder_name,
    machine_code.coder_version,
    row_number() over (
      partition by machine_code.encounter_id
      order by max(machine_code.source_file_id) desc, machine_code.coder_name, machine_code.coder_version
    ) as list_number
  from core.machine_code as machine_code
  group by machine_code.encounter_id, machine_code.coder_name, machine_code.coder_version
)

select
  machine_code.encounter_id,
  machine_code.code_number,
  machine_code.code_system,
  machine_code.code,
  machine_code.code_role,
  machine_code.poa_indicator,
  machine_code.code_date,
  machine_code.modifier_1,
  machine_code.modifier_2,
  machine_code.modifier_3,
  machine_code.modifier_4,
  machine_code.unit_count,
  'model' as code_source,
  machine_code.coder_name,
  machine_code.coder_version,
  machine_code.confidence_share,
  machine_code.span_document_number,
  machine_code.span_start,
  machine_code.span_end,
  machine_code.source_file_id,
  machine_code.source_offset
from core.machine_code as machine_code
inner join machine_list
  on machine_list.encounter_id = machine_code.encounter_id
  and machine_list.coder_name = machine_code.coder_name
  and machine_list.coder_version = machine_code.coder_version
  and machine_list.list_number = 1
left join (select distinct encounter_code.encounter_id from core.encounter_code as encounter_code) as coder_coded
  on coder_coded.encounter_id = machine_code.encounter_id
left join (select distinct billed_encounter.encounter_id from core.billed_encounter as billed_encounter) as billed
  on billed.encounter_id = machine_code.encounter_id
where coder_coded.encounter_id is null and billed.encounter_id is null
order by machine_code.encounter_id, machine_code.code_number
