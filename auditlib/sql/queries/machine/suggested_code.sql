-- The codes that one version of a machine coder assigned to an encounter, each with its title on the day of discharge
-- where a release has it, and its passage where that is within the document.
with assigned as (
  select
    machine_code.code_number,
    machine_code.code_system,
    machine_code.code,
    machine_code.code_role,
    machine_code.confidence_share,
    encounter.discharge_date,
    case when machine_code.span_end <= length(document.text) then machine_code.span_document_number end as document_number,
    case when machine_code.span_end <= length(document.text) then machine_code.span_start end as span_start,
    case when machine_code.span_end <= length(document.text) then machine_code.span_end end as span_end
  from core.machine_code as machine_code
  left join core.encounter as encounter
    on encounter.encounter_id = machine_code.encounter_id
  left join core.document as document
    on document.encounter_id = machine_code.encounter_id
    and document.document_number = machine_code.span_document_number
  where
    machine_code.encounter_id = $encounter_id
    and machine_code.coder_name = $coder_name
    and machine_code.coder_version = $coder_version
),

titled as (
  select
    assigned.*,
    coalesce(title.short_description, title.long_description) as description,
    row_number() over (partition by assigned.code_number order by title.effective_from desc) as title_number
  from assigned
  left join ref.code as title
    on title.code_system = assigned.code_system
    and title.code = assigned.code
    and title.effective_from <= assigned.discharge_date
    and coalesce(title.effective_to, date '9999-12-31') >= assigned.discharge_date
)

select
  titled.code_system,
  titled.code,
  titled.code_role,
  titled.description,
  titled.confidence_share,
  titled.document_number,
  titled.span_start,
  titled.span_end
from titled
where titled.title_number = 1
order by titled.code_number
