-- title: The lists of diagnoses, procedures and services in force on each day with any
-- row: one day with a diagnosis, a procedure or a service line with a code, and one list that a loaded release has for it
-- key: service_date, list_name
-- rule: the latest release whose days include the day. A list that a version of a code editor does not have is not in
--   force, so that what it would judge is not checked
-- source: CMS POA-exempt list and list of telehealth services, yearly; CMS Definitions of Medicare Code Edits, yearly with
--   an update in April; lists of the user's own
-- needs: ref.code_list
-- for: checks
with
listed as (
  select distinct
    code_list.list_name,
    case
      when code_list.list_name like 'MCE %' then 'Medicare Code Editor'
      when code_list.list_name like 'OCE %' then 'outpatient code editor'
      else code_list.list_name
    end as code_system,
    code_list.release
  from ref.code_list as code_list
),

coded_day as (
  select release_day.service_date
  from core.release_day as release_day
  union
  select coded_procedure.service_date
  from core.coded_procedure as coded_procedure
  where coded_procedure.service_date is not null
  union
  select procedure_line.from_date as service_date
  from core.procedure_line as procedure_line
  where procedure_line.from_date is not null
),

in_force as (
  select
    coded_day.service_date,
    listed.list_name,
    release.release,
    row_number() over (
      partition by coded_day.service_date, listed.list_name
      order by release.effective_from desc, release.release desc
    ) as preference
  from coded_day
  inner join ref.release as release
    on release.effective_from <= coded_day.service_date
    and coalesce(release.effective_to, date '9999-12-31') >= coded_day.service_date
  inner join listed
    on listed.release = release.release and listed.code_system = release.code_system
)

select
  cast(in_force.service_date as date) as service_date,
  cast(in_force.list_name as varchar) as list_name,
  cast(in_force.release as varchar) as release
from in_force
where in_force.preference = 1
order by in_force.service_date, in_force.list_name
