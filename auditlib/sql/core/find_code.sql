-- Codes of a system on a date that start with a text, or whose title holds all of some words; the nearest first.
select
  code_system,
  code,
  long_description,
  is_billable
from ref.code
where code_system = $code_system
  and ($service_date is null or effective_from <= cast($service_date as date))
  and ($service_date is null or coalesce(effective_to, date '9999-12-31') >= cast($service_date as date))
  and (
    (length($code_start) > 0 and starts_with(code, $code_start))
    or (
      length($code_start) = 0
      and len(list_filter($words, lambda word: contains(lower(long_description), word))) = len($words)
    )
  )
order by
  case when starts_with(code, $code_start) then 0 else 1 end,
  is_billable desc,
  length(long_description),
  code
limit $most
