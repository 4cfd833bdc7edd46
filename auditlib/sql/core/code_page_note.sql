-- The notes at a code, at the headings above it and at its section, of the latest release that has notes for a day.
with speaking as (
  select
    note_kind,
    note_number,
    note_text,
    code as place,
    length(code) = 7 and substr(code, 4, 1) = '-' as is_section,
    dense_rank() over (order by effective_from desc, release desc) as rank
  from ref.code_note
  where code_system = $code_system
    and effective_from <= cast($day as date)
    and coalesce(effective_to, date '9999-12-31') >= cast($day as date)
    and note_kind <> 'replaced by'
)

select
  note_kind,
  place,
  note_text
from speaking
where rank = 1
  and (
    list_contains($places, place)
    -- A section is named for its first and last category.
    or (is_section and substr($code, 1, 3) between substr(place, 1, 3) and substr(place, 5, 3))
  )
order by is_section, length(place) desc, note_kind, note_number
