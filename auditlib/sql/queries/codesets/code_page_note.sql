-- The notes at some places (a code, the headings above it, its section and chapter), of the latest release that has notes.
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
  and list_contains($places, place)
-- The nearest first: the code and its headings, then the section, then the chapter.
order by
  case
    when starts_with(place, 'chapter ') then 2
    when is_section then 1
    else 0
  end,
  length(place) desc,
  note_kind,
  note_number
