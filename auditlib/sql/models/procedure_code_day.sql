-- title: CPT and HCPCS codes on each day of service, and whether the loaded lists have them
-- row: one code on one day of service; one row without a day for its lines that have none
-- key: code_system, code, service_date
-- rule: the latest release whose days include the day, those that can only confirm a code last. A code that it lacks was
--   not in force only where the release is a whole list that is known to be up to date: HCPCS in the first 90 days of its
--   file or where a later file is loaded, CPT in a list of at least 8,000 codes. Not judged by absence: dental codes,
--   codes that CPT releases within a year (category III, laboratory and performance codes, vaccines). Fee schedules and
--   outpatient rates of the day confirm codes, and never call one invalid
-- source: CMS HCPCS quarterly update; 45 CFR 162.1002; CMS fee schedule files
-- needs: core.procedure_line
-- for: checks
with
billed as (
  select
    procedure_line.code_system,
    procedure_line.code,
    procedure_line.from_date as service_date,
    count(*) as line_count
  from core.procedure_line as procedure_line
  where procedure_line.code_system in ('CPT', 'HCPCS')
  group by
    procedure_line.code_system,
    procedure_line.code,
    procedure_line.from_date
),

day_release as (
  select
    coded_day.code_system,
    coded_day.service_date,
    release.release,
    release.effective_from,
    release.row_count,
    coalesce(release.can_only_confirm, false) as can_only_confirm,
    row_number() over (
      partition by coded_day.code_system, coded_day.service_date
      order by
        case when coalesce(release.can_only_confirm, false) then 1 else 0 end,
        release.effective_from desc,
        release.release desc
    ) as preference
  from (select distinct billed.code_system, billed.service_date from billed) as coded_day
  inner join ref.release as release
    on release.code_system = coded_day.code_system
    and release.effective_from <= coded_day.service_date
    and coalesce(release.effective_to, date '9999-12-31') >= coded_day.service_date
),

newest as (
  select
    release.code_system,
    max(release.effective_from) as effective_from
  from ref.release as release
  where release.code_system in ('CPT', 'HCPCS')
  group by release.code_system
),

listed as (
  select
    code.code_system,
    code.code,
    min(code.effective_from) as first_day,
    max(coalesce(code.effective_to, date '9999-12-31')) as last_day
  from ref.code as code
  where code.code_system in ('CPT', 'HCPCS') and code.is_billable
  group by
    code.code_system,
    code.code
),

in_force as (
  select
    billed.code_system,
    billed.code,
    billed.service_date,
    max(code.long_description) as title
  from billed
  inner join ref.code as code
    on code.code_system = billed.code_system
    and code.is_billable
    and code.code = billed.code
    and code.effective_from <= billed.service_date
    and coalesce(code.effective_to, date '9999-12-31') >= billed.service_date
  left join day_release
    on day_release.code_system = billed.code_system
    and day_release.service_date = billed.service_date
    and day_release.preference = 1
  -- An own list has no days of single codes: only the list of the day counts.
  where billed.code_system = 'HCPCS' or code.release = day_release.release
  group by
    billed.code_system,
    billed.code,
    billed.service_date
),

priced as (
  select distinct
    fee_schedule.code,
    fee_schedule.effective_from,
    coalesce(fee_schedule.effective_to, date '9999-12-31') as effective_to
  from ref.fee_schedule as fee_schedule
  where fee_schedule.modifier = '' and fee_schedule.status_code <> 'D'
  union all
  select
    outpatient_rate.code,
    outpatient_rate.effective_from,
    coalesce(outpatient_rate.effective_to, date '9999-12-31') as effective_to
  from ref.outpatient_rate as outpatient_rate
  where outpatient_rate.status_indicator <> 'D'
),

confirmed as (
  select distinct
    billed.code,
    billed.service_date
  from billed
  inner join priced
    on priced.code = billed.code
    and priced.effective_from <= billed.service_date
    and priced.effective_to >= billed.service_date
)

select
  billed.code_system,
  billed.code,
  billed.service_date,
  cast(billed.line_count as bigint) as line_count,
  in_force.code is not null
  or confirmed.code is not null
  or (
    day_release.release is not null
    and not day_release.can_only_confirm
    and case
      when billed.code_system = 'HCPCS'
        then
          billed.code not like 'D%'
          and (
            coalesce(listed.last_day < billed.service_date, false)
            or datediff('day', day_release.effective_from, billed.service_date) < 90
            or coalesce(newest.effective_from > billed.service_date, false)
          )
      else
        day_release.row_count >= 8000
        and regexp_matches(billed.code, '^[0-9]{5}$')
        and not (billed.code between '90281' and '90759' or billed.code between '91300' and '91329')
        and not (billed.code between '86408' and '86413' or billed.code between '87426' and '87428')
        and not (billed.code between '87635' and '87637' or billed.code = '87811' or billed.code = '99072')
    end
  ) as is_checked,
  in_force.code is not null or confirmed.code is not null as is_in_force,
  listed.first_day,
  listed.last_day,
  in_force.title,
  day_release.release
from billed
left join day_release
  on day_release.code_system = billed.code_system
  and day_release.service_date = billed.service_date
  and day_release.preference = 1
left join newest
  on newest.code_system = billed.code_system
left join listed
  on listed.code_system = billed.code_system and listed.code = billed.code
left join in_force
  on in_force.code_system = billed.code_system
  and in_force.code = billed.code
  and in_force.service_date = billed.service_date
left join confirmed
  on confirmed.code = billed.code and confirmed.service_date = billed.service_date
order by billed.code_system, billed.code, billed.service_date
