-- What the diagnoses of some categories are also called: the inclusion terms of the codes and of their headers.
-- A list that is unnested counts as few rows in the plan: so the table is searched for them, not read whole.
select distinct
  code_note.code,
  code_note.note_text as term
from ref.code_note as code_note
where
  code_note.code_system = 'ICD-10-CM'
  and code_note.note_kind in ('inclusion term', 'includes')
  and substring(code_note.code, 1, 3) in (select unnest($categories))
  -- Blocks of categories, as A00-A09, are too general.
  and code_note.code not like '%-%'
order by code_note.code, code_note.note_text
