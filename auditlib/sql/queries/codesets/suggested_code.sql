-- Codes in force on a day, each in its latest release of that day: those that begin with a text, and those whose
-- title holds a word.
select
  code_system,
  code,
  is_billable,
  long_description,
  effective_from,
  effective_to,
  release,
  starts_with(code, $code) as is_by_code
from ref.code
where
  list_contains($code_systems, code_system)
  and (
    $date is null
    or (effective_from <= $date and coalesce(effective_to, date '9999-12-31') >= $date)
  )
  and (($code <> '' and starts_with(code, $code)) or ($word <> '' and contains(lower(long_description), $word)))
qualify row_number() over (partition by code_system, code order by effective_from desc, release desc) = 1
order by is_by_code desc, length(long_description), code_system, code
