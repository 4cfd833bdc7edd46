-- What each character of a procedure code says, in the latest release of the tables for a day. Places 4 to 7 are told
-- where one row of the code's table holds all four.
with speaking as (
  select
    row_number,
    place,
    axis,
    character,
    label,
    dense_rank() over (order by effective_from desc, release desc) as rank
  from ref.procedure_axis
  where code_system = $code_system
    and table_code = substr($code, 1, 3)
    and effective_from <= cast($day as date)
    and coalesce(effective_to, date '9999-12-31') >= cast($day as date)
),

fitting as (
  select
    row_number,
    place,
    axis,
    character,
    label,
    count(*) over (partition by row_number) as fitting_count
  from speaking
  where rank = 1 and character = substr($code, cast(place as integer), 1)
)

select distinct
  place,
  axis,
  character,
  label
from fitting
where row_number = 0 or fitting_count = 4
order by place, axis, label
