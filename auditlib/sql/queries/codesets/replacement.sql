-- The codes that took the place of each code that ended.
select
  code_note.code_system,
  code_note.code,
  string_agg(distinct code_note.note_text, ', ' order by code_note.note_text) as replacements
from ref.code_note as code_note
where code_note.note_kind = 'replaced by'
group by code_note.code_system, code_note.code
order by code_note.code_system, code_note.code
