-- title: The physician fee schedule in force on each day with a procedure
-- row: one day of service for which a loaded fee schedule counts
-- key: service_date
-- rule: the latest release whose days include the day. Since 2026 a quarter has two files that differ in payment only:
--   the first by name counts
-- source: CMS National Physician Fee Schedule Relative Value File, quarterly
-- needs: core.procedure_line
-- for: checks
with
in_force as (
  select
    procedure_day.service_date,
    release.release,
    row_number() over (
      partition by procedure_day.service_date
      order by release.effective_from desc, release.release
    ) as preference
  from (
    select distinct procedure_line.from_date as service_date
    from core.procedure_line as procedure_line
    where procedure_line.from_date is not null
  ) as procedure_day
  inner join ref.release as release
    on release.code_system like 'physician fee schedule%'
    and release.effective_from <= procedure_day.service_date
    and coalesce(release.effective_to, date '9999-12-31') >= procedure_day.service_date
)

select
  in_force.service_date,
  in_force.release
from in_force
where in_force.preference = 1
order by in_force.service_date
