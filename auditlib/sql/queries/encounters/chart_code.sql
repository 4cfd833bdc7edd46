-- The coder's codes of encounters, each with its descriptions on the day of discharge where a release has them.
with described as (
  select
    encounter_code.encounter_id,
    encounter_code.code_number,
    encounter_code.code_system,
    encounter_code.code,
    encounter_code.code_role,
    encounter_code.poa_indicator,
    encounter_code.modifier_1,
    encounter_code.modifier_2,
    encounter_code.modifier_3,
    encounter_code.modifier_4,
    encounter_code.unit_count,
    code.short_description,
    code.long_description,
    row_number() over (partition by encounter_code.encounter_id, encounter_code.code_number order by code.effective_from desc) as preference
  from core.encounter_code as encounter_code
  inner join core.encounter as encounter
    on encounter.encounter_id = encounter_code.encounter_id
  left join ref.code as code
    on code.code_system = encounter_code.code_system
    and code.code = encounter_code.code
    and code.effective_from <= encounter.discharge_date
    and coalesce(code.effective_to, date '9999-12-31') >= encounter.discharge_date
  where encounter_code.encounter_id in (select unnest($encounter_ids))
)
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
  unit_count,
  coalesce(long_description, short_description) as description
from described
where preference = 1
order by encounter_id, code_number
