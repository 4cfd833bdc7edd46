-- What the claims and charts use of each code set, month by month, and how much of it a loaded release speaks for.
with
line as (
  select
    claim_line.code_system,
    claim_line.revenue_code,
    coalesce(claim_line.place_of_service, claim.place_of_service) as place_of_service,
    claim.form,
    coalesce(claim_line.from_date, claim.from_date) as used_on
  from core.claim_line as claim_line
  inner join core.claim as claim
    on claim.claim_id = claim_line.claim_id
),

used as (
  select diagnosis.code_system, diagnosis.service_date as used_on
  from core.diagnosis as diagnosis
  union all
  select claim_procedure.code_system, claim_procedure.procedure_date as used_on
  from core.claim_procedure as claim_procedure
  union all
  select line.code_system, line.used_on
  from line
  where line.code_system is not null
  union all
  select 'revenue code' as code_system, line.used_on
  from line
  where line.revenue_code is not null
  union all
  select 'place of service' as code_system, line.used_on
  from line
  where line.place_of_service is not null
  union all
  select edit.code_system, line.used_on
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
  select listed.code_system, coalesce(encounter.discharge_date, encounter.admit_date) as used_on
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
    count(*) as item_count
  from used
  group by used.code_system, used.used_on
),

day_covered as (
  select
    day_used.code_system,
    day_used.used_on,
    max(release.release) as release
  from day_used
  inner join ref.release as release
    on release.code_system = day_used.code_system
    and release.effective_from <= day_used.used_on
    and coalesce(release.effective_to, date '9999-12-31') >= day_used.used_on
  group by day_used.code_system, day_used.used_on
)

select
  day_used.code_system,
  cast(date_trunc('month', day_used.used_on) as date) as used_month,
  cast(sum(day_used.item_count) as bigint) as item_count,
  cast(sum(case when day_covered.release is null then day_used.item_count else 0 end) as bigint)
    as not_checked_count,
  string_agg(distinct day_covered.release, ', ' order by day_covered.release) as releases
from day_used
left join day_covered
  on day_covered.code_system = day_used.code_system and day_covered.used_on = day_used.used_on
group by day_used.code_system, cast(date_trunc('month', day_used.used_on) as date)
order by day_used.code_system, used_month nulls first
