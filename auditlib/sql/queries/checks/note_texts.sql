-- The texts of some documents.
select
  document.document_id,
  document.text
from core.document as document
where document.document_id in (select unnest($document_ids))
