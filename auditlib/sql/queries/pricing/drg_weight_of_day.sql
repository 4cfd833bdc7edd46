-- The relative weights in force for wanted groups and days of discharge; the latest release counts.
with in_force as (
  select
    wanted_drg.drg,
    wanted_drg.service_date,
    drg.weight,
    drg.is_post_acute,
    drg.release,
    row_number() over (
      partition by wanted_drg.drg, wanted_drg.service_date
      order by drg.effective_from desc, drg.release
    ) as preference
  from wanted_drg
  inner join ref.drg as drg
    on drg.drg = wanted_drg.drg
    and drg.weight > 0
    and drg.effective_from <= wanted_drg.service_date
    and coalesce(drg.effective_to, date '9999-12-31') >= wanted_drg.service_date
)

select distinct
  in_force.drg,
  in_force.service_date,
  in_force.weight,
  in_force.is_post_acute,
  in_force.release
from in_force
where in_force.preference = 1
order by in_force.drg, in_force.service_date
