-- A code (step 0) and the headings above it (step 1, 2, ...), each as it stood on a date, else as it stood last.
with recursive line as (
  select cast($code as varchar) as code, 0 as step
  union
  select held.parent_code, line.step + 1
  from line
  inner join ref.code as held
    on held.code = line.code
    and held.code_system = $code_system
  -- Deeper than any code system: parents that run in a circle end here.
  where held.parent_code is not null and line.step < 12
),

places as (
  select code, max(step) as step
  from line
  group by code
),

ranked as (
  select
    places.step,
    held.code,
    held.long_description,
    held.is_billable,
    row_number() over (
      partition by held.code
      order by
        case
          when
            held.effective_from <= cast($date as date)
            and coalesce(held.effective_to, date '9999-12-31') >= cast($date as date)
            then 0
          else 1
        end,
        held.effective_from desc,
        held.release desc
    ) as rank
  from places
  inner join ref.code as held
    on held.code = places.code
    and held.code_system = $code_system
)

select
  cast(step as bigint) as step,
  cast(code as varchar) as code,
  cast(long_description as varchar) as long_description,
  is_billable
from ranked
where rank = 1
order by step desc, code
