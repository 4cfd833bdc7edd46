-- Those of some encounters that have a document with a letter or digit in its text.
select distinct encounter_id
from core.document
where list_contains($encounter_ids, encounter_id)
  and regexp_matches(text, '[\p{L}\p{N}]')
order by encounter_id
