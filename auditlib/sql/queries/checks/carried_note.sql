-- One note with the earlier note that has most of its words.
select
  carried_text.document_id,
  carried_text.source_document_id,
  carried_text.own_word_count,
  carried_text.carried_word_count,
  carried_text.is_same_patient,
  document.encounter_id,
  source.encounter_id as source_encounter_id,
  document.text,
  source.text as source_text
from core.carried_text as carried_text
inner join core.document as document
  on document.document_id = carried_text.document_id
left join core.document as source
  on source.document_id = carried_text.source_document_id
where carried_text.document_id = $document_id
