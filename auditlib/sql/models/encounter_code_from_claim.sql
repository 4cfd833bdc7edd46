-- title: Codes of encounters as their claims bill them
-- row: one code of an encounter that no file gave
-- key: encounter_id, code_number
-- fills: core.encounter_code
-- part: encounter_id in (select encounter.encounter_id from core.encounter as encounter where encounter.origin = 'claim')
--   and source_file_id in (select claim.source_file_id from core.claim as claim)
-- loaded: core.encounter_code
-- needs: core.billed_encounter
-- cut: patient_control_number
-- rule: the diagnoses, then the procedures, then the service lines with a code, of the claim that describes the encounter;
--   none where a file gives the encounter's codes as its coder assigned them
with coded as (
  select
    claim_diagnosis.claim_id,
    1 as part_number,
    claim_diagnosis.diagnosis_number as item_number,
    claim_diagnosis.code_system,
    claim_diagnosis.code,
    claim_diagnosis.code_role,
    claim_diagnosis.poa_indicator,
    cast(null as date) as code_date,
    cast(null as varchar) as modifier_1,
    cast(null as varchar) as modifier_2,
    cast(null as varchar) as modifier_3,
    cast(null as varchar) as modifier_4,
    cast(null as decimal(18, 4)) as unit_count,
    claim_diagnosis.source_file_id,
    claim_diagnosis.source_offset
  from core.claim_diagnosis as claim_diagnosis
  union all
  select
    claim_procedure.claim_id,
    2 as part_number,
    claim_procedure.procedure_number as item_number,
    claim_procedure.code_system,
    claim_procedure.code,
    'procedure' as code_role,
    null as poa_indicator,
    claim_procedure.procedure_date as code_date,
    null as modifier_1,
    null as modifier_2,
    null as modifier_3,
    null as modifier_4,
    null as unit_count,
    claim_procedure.source_file_id,
    claim_procedure.source_offset
  from core.claim_procedure as claim_procedure
  union all
  select
    claim_line.claim_id,
    3 as part_number,
    claim_line.line_number as item_number,
    claim_line.code_system,
    claim_line.code,
    'procedure' as code_role,
    null as poa_indicator,
    claim_line.from_date as code_date,
    claim_line.modifier_1,
    claim_line.modifier_2,
    claim_line.modifier_3,
    claim_line.modifier_4,
    claim_line.unit_count,
    claim_line.source_file_id,
    claim_line.source_offset
  from core.claim_line as claim_line
  where claim_line.code is not null and claim_line.code_system is not null
)

select
  billed_encounter.encounter_id,
  row_number() over (partition by coded.claim_id order by coded.part_number, coded.item_number) as code_number,
  coded.code_system,
  coded.code,
  coded.code_role,
  coded.poa_indicator,
  coded.code_date,
  coded.modifier_1,
  coded.modifier_2,
  coded.modifier_3,
  coded.modifier_4,
  coded.unit_count,
  cast(null as varchar) as code_source,
  cast(null as varchar) as coder_name,
  cast(null as varchar) as coder_version,
  cast(null as double) as confidence_share,
  cast(null as bigint) as span_document_number,
  cast(null as bigint) as span_start,
  cast(null as bigint) as span_end,
  coded.source_file_id,
  coded.source_offset
from coded
inner join core.billed_encounter as billed_encounter
  on billed_encounter.claim_id = coded.claim_id
left join (select distinct encounter_code.encounter_id from core.encounter_code as encounter_code) as coder_coded
  on coder_coded.encounter_id = billed_encounter.encounter_id
where coder_coded.encounter_id is null
order by billed_encounter.encounter_id, code_number
