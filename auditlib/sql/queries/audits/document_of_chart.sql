-- The documents of some charts with their text, in chart order.
select
  encounter_id,
  document_id,
  text
from core.document
where list_contains($encounter_ids, encounter_id)
order by encounter_id, document_number
