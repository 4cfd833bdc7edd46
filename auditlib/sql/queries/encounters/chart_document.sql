-- The documents of charts, in their order.
select
  encounter_id,
  document_number,
  document_type,
  title,
  text,
  author_role,
  written_at
from core.document
where encounter_id in (select unnest($encounter_ids))
order by encounter_id, document_number
