-- The notes that checks quote: what bars two codes beside each other, and what replaced some codes.
select
  code_system,
  code,
  note_kind,
  note_number,
  note_text,
  effective_from,
  effective_to,
  release
from ref.code_note
where
  code_system = 'ICD-10-CM'
  and (note_kind = 'excludes1' or (note_kind = 'replaced by' and list_contains($codes, code)))
