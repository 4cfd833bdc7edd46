-- The notes that checks read: what bars two codes beside each other, what comes first, and what replaced some codes.
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
  and (note_kind in ('excludes1', 'code first') or (note_kind = 'replaced by' and list_contains($codes, code)))
