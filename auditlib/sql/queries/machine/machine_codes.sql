-- The codes that models assigned to some encounters, each version's in its order, and whether the span is in its document.
select
  machine_code.encounter_id,
  machine_code.coder_name,
  machine_code.coder_version,
  machine_code.code_number,
  machine_code.code_system,
  machine_code.code,
  machine_code.code_role,
  machine_code.confidence_share,
  machine_code.span_document_number,
  machine_code.span_start,
  machine_code.span_end,
  case
    when machine_code.span_document_number is null then 'none'
    when document.document_id is null then 'document not loaded'
    when machine_code.span_end > length(document.text) then 'outside the document'
    else 'in the document'
  end as span_state
from core.machine_code as machine_code
left join core.document as document
  on document.encounter_id = machine_code.encounter_id
  and document.document_number = machine_code.span_document_number
where list_contains($encounter_ids, machine_code.encounter_id)
order by
  machine_code.encounter_id,
  machine_code.coder_name,
  machine_code.coder_version,
  machine_code.code_number
