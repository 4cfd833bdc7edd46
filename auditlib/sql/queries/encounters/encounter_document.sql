-- The documents of one encounter without their text.
select
  document_number,
  document_type,
  title,
  author_role,
  written_at,
  cast(length(text) as bigint) as character_count
from core.document
where encounter_id = $encounter_id
order by document_number
