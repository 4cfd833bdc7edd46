-- The PDF or scan of one document as it came.
select
  document_original.media_type,
  document_original.page_count,
  document_original.content
from core.document
inner join core.document_original
  on document_original.original_id = document.original_id
where document.encounter_id = $encounter_id
  and document.document_number = $document_number
order by document.document_id
