-- What the claims and charts use of each code set, month by month, and how much of it a release effective then covers.
with
line as (
  select
    claim_line.code_system,
    claim_line.code,
    claim_line.revenue_code,
    coalesce(claim_line.place_of_service, claim.place_of_service) as place_of_service,
    claim.form,
    coalesce(claim_line.from_date, claim.from_date) as used_on
  from core.claim_line as claim_line
  inner join core.claim as claim
    on claim.claim_id = claim_line.claim_id
),

used as (
  select diagnosis.code_system, diagnosis.code, diagnosis.service_date as used_on
  from core.diagnosis as diagnosis
  union all
  select 'ICD-10-CM notes' as code_system, cast(null as varchar) as code, diagnosis.service_date as used_on
  from core.diagnosis as diagnosis
  where diagnosis.code_system = 'ICD-10-CM'
  union all
  select claim_procedure.code_system, claim_procedure.code, claim_procedure.procedure_date as used_on
  from core.claim_procedure as claim_procedure
  union all
  select line.code_system, line.code, line.used_on
  from line
  where line.code_system is not null
  union all
  select 'revenue code' as code_system, line.revenue_code as code, line.used_on
  from line
  where line.revenue_code is not null
  union all
  select 'place of service' as code_system, line.place_of_service as code, line.used_on
  from line
  where line.place_of_service is not null
  union all
  select edit.code_system, cast(null as varchar) as code, line.used_on
  from line
  inner join (
    values
      ('P', 'NCCI PTP practitioner'),
      ('P', 'MUE practitioner'),
      ('P', 'add-on codes'),
      ('I', 'NCCI PTP hospital'),
      ('I', 'MUE outpatient hospital')
  ) as edit (form, code_system)
    on edit.form = line.form
  where line.code_system is not null
  union all
  select
    listed.code_system,
    cast(null as varchar) as code,
    coalesce(encounter.discharge_date, encounter.admit_date) as used_on
  from core.encounter as encounter
  inner join (
    values
      ('POA exempt'),
      ('Medicare Code Editor'),
      ('MS-DRG')
  ) as listed (code_system)
    on encounter.encounter_class = 'inpatient'
),

day_used as (
  select
    used.code_system,
    used.used_on,
    used.code,
    count(*) as item_count
  from used
  group by used.code_system, used.used_on, used.code
),

-- Notes come with the embedded codes, or as a release of their own.
speaking as (
  select release.code_system, release.release, release.effective_from, release.effective_to, release.can_only_confirm
  from ref.release as release
  union all
  select
    'ICD-10-CM notes' as code_system,
    release.release,
    release.effective_from,
    release.effective_to,
    release.can_only_confirm
  from ref.release as release
  inner join (
    select distinct code_exclusion.release
    from ref.code_exclusion as code_exclusion
    where code_exclusion.code_system = 'ICD-10-CM'
  ) as with_notes
    on with_notes.release = release.release
  where release.code_system = 'ICD-10-CM'
),

day_covered as (
  select
    used_day.code_system,
    used_day.used_on,
    max(speaking.release) as release,
    min(case when coalesce(speaking.can_only_confirm, false) then 1 else 0 end) = 1 as can_only_confirm
  from (select distinct day_used.code_system, day_used.used_on from day_used) as used_day
  inner join speaking
    on speaking.code_system = used_day.code_system
    and speaking.effective_from <= used_day.used_on
    and coalesce(speaking.effective_to, date '9999-12-31') >= used_day.used_on
  group by used_day.code_system, used_day.used_on
),

-- What the only release of a day, an old one, confirms. The other codes of that day are not checked.
confirmed as (
  select distinct
    day_used.code_system,
    day_used.used_on,
    day_used.code
  from day_used
  inner join day_covered
    on day_covered.code_system = day_used.code_system
    and day_covered.used_on = day_used.used_on
    and day_covered.can_only_confirm
  inner join ref.code as code
    on code.code_system = day_used.code_system
    and code.code = day_used.code
    and code.is_billable
    and code.effective_from <= day_used.used_on
    and coalesce(code.effective_to, date '9999-12-31') >= day_used.used_on
)

select
  day_used.code_system,
  cast(date_trunc('month', day_used.used_on) as date) as used_month,
  cast(sum(day_used.item_count) as bigint) as item_count,
  cast(
    sum(
      case
        when day_covered.release is null then day_used.item_count
        when day_covered.can_only_confirm and confirmed.code is null then day_used.item_count
        else 0
      end
    ) as bigint
  ) as not_checked_count,
  string_agg(distinct day_covered.release, ', ' order by day_covered.release) as releases,
  coalesce(max(case when day_covered.can_only_confirm then 1 else 0 end), 0) = 1 as can_only_confirm
from day_used
left join day_covered
  on day_covered.code_system = day_used.code_system and day_covered.used_on = day_used.used_on
left join confirmed
  on confirmed.code_system = day_used.code_system
  and confirmed.used_on = day_used.used_on
  and confirmed.code = day_used.code
group by day_used.code_system, cast(date_trunc('month', day_used.used_on) as date)
order by day_used.code_system, used_month nulls first
