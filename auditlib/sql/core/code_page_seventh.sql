-- The seventh characters of the nearest of some places that has a list, as a release has them.
with nearest as (
  select code
  from ref.seventh_character
  where code_system = $code_system
    and release = $release
    and list_contains($places, code)
  order by length(code) desc
  limit 1
)

select
  listed.code as place,
  listed.character,
  listed.meaning
from ref.seventh_character as listed
inner join nearest on nearest.code = listed.code
where listed.code_system = $code_system
  and listed.release = $release
order by listed.character
