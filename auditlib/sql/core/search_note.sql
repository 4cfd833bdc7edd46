-- The notes that name what a code is also called, for the search index.
select
  code_system,
  code,
  note_kind,
  note_text
from ref.code_note
where note_kind in ('inclusion term', 'includes')
order by code_system, code, note_kind, note_number, release
