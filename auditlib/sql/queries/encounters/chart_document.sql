-- The documents of one chart, in their order.
select
  document_number,
  document_type,
  title,
  text,
  author_role,
  written_at
from core.document
where encounter_id = $encounter_id
order by document_number
