-- The number that the next document of an encounter takes; no row where there is no such encounter.
select
  cast(coalesce((
    select max(document.document_number)
    from core.document as document
    where document.encounter_id = $encounter_id
  ), 0) + 1 as bigint) as document_number
from core.encounter as encounter
where encounter.encounter_id = $encounter_id
