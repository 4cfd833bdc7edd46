-- The texts of the charts named, or of all, some documents at a time.
select document.text
from core.document as document
where
  document.text is not null
  and (cast($encounter_ids as varchar[]) is null or list_contains(cast($encounter_ids as varchar[]), document.encounter_id))
order by document.document_id
limit cast($most as bigint) offset cast($first as bigint)
