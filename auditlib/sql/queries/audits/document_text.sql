-- The text of some documents.
select
  document_id,
  text
from core.document
where list_contains($document_ids, document_id)
order by document_id
