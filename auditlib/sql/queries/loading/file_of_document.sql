-- The bytes, by their hash, of the file that a document came from, and its original with pages.
select
  source_file.sha256,
  document.original_id
from core.document as document
left join core.source_file as source_file
  on source_file.source_file_id = document.source_file_id
where document.encounter_id = $encounter_id
  and document.document_number = $document_number
