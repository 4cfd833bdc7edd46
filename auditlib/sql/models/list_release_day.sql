-- title: The lists of diagnoses and procedures in force on each day with either
-- row: one day with an ICD-10-CM diagnosis or an ICD-10-PCS procedure, and one list that a loaded release has for the day
-- key: service_date, list_name
-- rule: the latest release whose days include the day. A list that a version of the code editor does not have is not
--   in force, so that what it would judge is not checked
-- source: CMS POA-exempt list, yearly; CMS Definitions of Medicare Code Edits, yearly with an update in April
-- for: checks
with
listed as (
  select distinct
    code_list.list_name,
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
    on release.code_system in ('POA exempt', 'Medicare Code Editor')
    and release.effective_from <= coded_day.service_date
    and coalesce(release.effective_to, date '9999-12-31') >= coded_day.service_date
  inner join listed
    on listed.release = release.release
    and (listed.list_name = 'POA exempt') = (release.code_system = 'POA exempt')
)

select
  cast(in_force.service_date as date) as service_date,
  cast(in_force.list_name as varchar) as list_name,
  cast(in_force.release as varchar) as release
from in_force
where in_force.preference = 1
order by in_force.service_date, in_force.list_name
