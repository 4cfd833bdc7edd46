-- The notes at a code, at the headings above it and at its section, as a release has them.
select
  note_kind,
  code as place,
  note_text
from ref.code_note
where code_system = $code_system
  and release = $release
  and note_kind <> 'replaced by'
  and (
    list_contains($places, code)
    or (
      -- A section is named for its first and last category.
      length(code) = 7
      and substr(code, 4, 1) = '-'
      and substr($code, 1, 3) between substr(code, 1, 3) and substr(code, 5, 3)
    )
  )
order by length(code) = 7 and substr(code, 4, 1) = '-', length(code) desc, note_kind, note_number
