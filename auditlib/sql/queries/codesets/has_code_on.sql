-- Whether a code system has any code on a day, or on any day if none is given.
select true as has_code
from ref.code
where
  code_system = $code_system
  and (
    $date is null
    or (effective_from <= $date and coalesce(effective_to, date '9999-12-31') >= $date)
  )
limit 1
