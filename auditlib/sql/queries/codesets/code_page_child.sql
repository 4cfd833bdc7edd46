-- The codes directly below a code on a date; without a date, each as it stood last.
with ranked as (
  select
    code,
    long_description,
    is_billable,
    row_number() over (partition by code order by effective_from desc, release desc) as rank
  from ref.code
  where code_system = $code_system
    and parent_code = $code
    and (
      $date is null
      or (
        effective_from <= cast($date as date)
        and coalesce(effective_to, date '9999-12-31') >= cast($date as date)
      )
    )
)

select
  code,
  long_description,
  is_billable
from ranked
where rank = 1
order by code
