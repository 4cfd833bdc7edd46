-- The schemes that group the codes of a system and are effective on a day, and the classes that a code has in each.
with speaking as (
  select
    scheme,
    code,
    category,
    category_title
  from ref.code_category
  where code_system = $code_system
    and effective_from <= cast($day as date)
    and coalesce(effective_to, date '9999-12-31') >= cast($day as date)
)

select
  schemes.scheme,
  speaking.category,
  speaking.category_title
from (select distinct scheme from speaking) as schemes
left join speaking
  on speaking.scheme = schemes.scheme
  and speaking.code = $code
order by schemes.scheme, speaking.category
