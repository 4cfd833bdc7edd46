-- How many loaded releases of a code system speak for a date.
select cast(count(*) as bigint) as release_count
from ref.release
where code_system = $code_system
  and effective_from <= cast($date as date)
  and coalesce(effective_to, date '9999-12-31') >= cast($date as date)
