-- How many notes of a code system are loaded for a day.
select cast(count(*) as bigint) as note_count
from ref.code_note
where code_system = $code_system
  and note_kind <> 'replaced by'
  and effective_from <= cast($day as date)
  and coalesce(effective_to, date '9999-12-31') >= cast($day as date)
