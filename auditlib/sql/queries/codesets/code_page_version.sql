-- Every release that holds a code, and whether it is in force on a date.
select
  release,
  effective_from,
  effective_to,
  long_description,
  is_billable,
  coalesce(
    effective_from <= cast($date as date) and coalesce(effective_to, date '9999-12-31') >= cast($date as date),
    false
  ) as is_in_force
from ref.code
where code_system = $code_system
  and code = $code
order by effective_from, release
