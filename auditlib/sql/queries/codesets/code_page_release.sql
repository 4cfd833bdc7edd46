-- The loaded releases of a code system that are effective on a date, and whether each can only confirm a code.
select
  release,
  coalesce(can_only_confirm, false) as can_only_confirm
from ref.release
where code_system = $code_system
  and effective_from <= cast($date as date)
  and coalesce(effective_to, date '9999-12-31') >= cast($date as date)
order by can_only_confirm, release
