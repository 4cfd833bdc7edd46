-- title: How many ICD-10-CM diagnoses of each day the release in force can judge
-- row: one day with the diagnoses that can be checked, or with those that cannot
-- key: service_date, is_checked
-- rule: where a release holds the whole list of codes, all can be checked; where it can only confirm, those codes that it
--   confirms; where none is in force, or the day is not known, none
-- needs: core.diagnosis
-- for: checks
with coded as (
  select
    diagnosis.service_date,
    count(*) as diagnosis_count
  from core.diagnosis as diagnosis
  where diagnosis.code_system = 'ICD-10-CM'
  group by diagnosis.service_date
),

confirmed as (
  select
    diagnosis.service_date,
    count(*) as diagnosis_count
  from core.diagnosis as diagnosis
  inner join core.release_day as release_day
    on release_day.service_date = diagnosis.service_date and release_day.can_only_confirm
  inner join ref.code as code
    on code.code_system = 'ICD-10-CM'
    and code.code = diagnosis.code
    and code.is_billable
    and code.effective_from <= diagnosis.service_date
    and coalesce(code.effective_to, date '9999-12-31') >= diagnosis.service_date
  where diagnosis.code_system = 'ICD-10-CM'
  group by diagnosis.service_date
),

counted as (
  select
    coded.service_date,
    coded.diagnosis_count,
    case
      when release_day.release is null then 0
      when release_day.can_only_confirm then coalesce(confirmed.diagnosis_count, 0)
      else coded.diagnosis_count
    end as checked_count
  from coded
  left join core.release_day as release_day
    on release_day.service_date = coded.service_date
  left join confirmed
    on confirmed.service_date = coded.service_date
)

select
  cast(counted.service_date as date) as service_date,
  true as is_checked,
  cast(counted.checked_count as bigint) as diagnosis_count
from counted
where counted.checked_count <> 0
union all
select
  cast(counted.service_date as date) as service_date,
  false as is_checked,
  cast(counted.diagnosis_count - counted.checked_count as bigint) as diagnosis_count
from counted
where counted.diagnosis_count <> counted.checked_count
