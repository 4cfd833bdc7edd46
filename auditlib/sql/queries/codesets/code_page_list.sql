-- Which lists are loaded for a code system and a day, and whether a code is on each.
select
  list_name,
  cast(max(case when code = $code then 1 else 0 end) as bigint) as is_on_list
from ref.code_list
where code_system = $code_system
  and effective_from <= cast($day as date)
  and coalesce(effective_to, date '9999-12-31') >= cast($day as date)
group by list_name
order by list_name
