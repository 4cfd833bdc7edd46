-- The coder's codes of encounters, each with its descriptions on the day of discharge where a release has them.
-- Lists that are unnested count as few rows in the plan: so the tables are searched for them, not read whole.
with visit as materialized (
  select
    encounter.encounter_id,
    encounter.discharge_date
  from core.encounter as encounter
  where encounter.encounter_id in (select unnest($encounter_ids))
),

assigned as materialized (
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
    encounter_code.unit_count
  from core.encounter_code as encounter_code
  where encounter_code.encounter_id in (select unnest($encounter_ids))
),

title as materialized (
  select
    code.code_system,
    code.code,
    code.effective_from,
    code.effective_to,
    coalesce(code.long_description, code.short_description) as description
  from ref.code as code
  where code.code in (select unnest(list(distinct assigned.code)) from assigned)
)

select
  assigned.encounter_id,
  assigned.code_number,
  assigned.code_system,
  assigned.code,
  assigned.code_role,
  assigned.poa_indicator,
  assigned.modifier_1,
  assigned.modifier_2,
  assigned.modifier_3,
  assigned.modifier_4,
  assigned.unit_count,
  title.description
from assigned
inner join visit
  on visit.encounter_id = assigned.encounter_id
left join title
  on title.code_system = assigned.code_system
  and title.code = assigned.code
  and title.effective_from <= visit.discharge_date
  and coalesce(title.effective_to, date '9999-12-31') >= visit.discharge_date
qualify
  row_number() over (
    partition by assigned.encounter_id, assigned.code_number order by title.effective_from desc
  ) = 1
order by assigned.encounter_id, assigned.code_number
