-- The seventh characters of the nearest of some places that has a list, in the latest release for a day.
with ranked as (
  select
    code as place,
    character,
    meaning,
    dense_rank() over (order by length(code) desc, effective_from desc, release desc) as rank
  from ref.seventh_character
  where code_system = $code_system
    and list_contains($places, code)
    and effective_from <= cast($day as date)
    and coalesce(effective_to, date '9999-12-31') >= cast($day as date)
)

select
  place,
  character,
  meaning
from ranked
where rank = 1
order by character
