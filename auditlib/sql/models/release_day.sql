-- title: The ICD-10-CM release in force on each day with a diagnosis
-- row: one day on which an ICD-10-CM diagnosis was coded
-- key: service_date
-- rule: the latest release whose days include the day. One that can only confirm a code comes after those that hold the
--   whole list. Notes come with the codes or as a release of their own: the latest release that has any
-- needs: core.diagnosis
-- for: checks
with coded_day as (
  select distinct diagnosis.service_date
  from core.diagnosis as diagnosis
  where diagnosis.code_system = 'ICD-10-CM' and diagnosis.service_date is not null
),

code_release as (
  select
    coded_day.service_date,
    release.release,
    coalesce(release.can_only_confirm, false) as can_only_confirm,
    row_number() over (
      partition by coded_day.service_date
      order by
        case when coalesce(release.can_only_confirm, false) then 1 else 0 end,
        release.effective_from desc,
        release.release desc
    ) as preference
  from coded_day
  inner join ref.release as release
    on release.code_system = 'ICD-10-CM'
    and release.effective_from <= coded_day.service_date
    and coalesce(release.effective_to, date '9999-12-31') >= coded_day.service_date
),

with_notes as (
  select distinct code_exclusion.release
  from ref.code_exclusion as code_exclusion
  where code_exclusion.code_system = 'ICD-10-CM'
),

note_release as (
  select
    coded_day.service_date,
    release.release,
    row_number() over (
      partition by coded_day.service_date
      order by release.effective_from desc, release.release desc
    ) as preference
  from coded_day
  inner join ref.release as release
    on release.code_system in ('ICD-10-CM', 'ICD-10-CM notes')
    and release.effective_from <= coded_day.service_date
    and coalesce(release.effective_to, date '9999-12-31') >= coded_day.service_date
  inner join with_notes
    on with_notes.release = release.release
)

select
  cast(coded_day.service_date as date) as service_date,
  cast(code_release.release as varchar) as release,
  coalesce(code_release.can_only_confirm, false) as can_only_confirm,
  cast(note_release.release as varchar) as note_release
from coded_day
left join code_release
  on code_release.service_date = coded_day.service_date and code_release.preference = 1
left join note_release
  on note_release.service_date = coded_day.service_date and note_release.preference = 1
