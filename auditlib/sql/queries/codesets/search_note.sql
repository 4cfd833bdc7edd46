-- What a code is also called, for the search index: inclusion terms, and the words of the alphabetic indices.
select
  code_system,
  code,
  note_kind,
  note_text
from ref.code_note
where note_kind in ('inclusion term', 'includes')
union all
select
  code_system,
  code,
  'index term' as note_kind,
  term as note_text
from ref.index_term
order by code_system, code, note_kind, note_text
