-- title: ICD-10-PCS procedures, and whether their code may be billed on their day
-- row: one ICD-10-PCS procedure of a claim, or of an encounter to which no claim belongs
-- key: claim_id, encounter_id, item_number
-- rule: the latest release whose days include the day; one that can only confirm a code comes
--   after those that hold the whole list
-- source: ICD-10-PCS Official Guidelines, introduction; CMS claims processing rules for claims that span 1 October
-- needs: core.coded_procedure
-- for: checks
with
day_release as (
  select
    procedure_day.service_date,
    release.release,
    coalesce(release.can_only_confirm, false) as can_only_confirm,
    row_number() over (
      partition by procedure_day.service_date
      order by
        case when coalesce(release.can_only_confirm, false) then 1 else 0 end,
        release.effective_from desc,
        release.release desc
    ) as preference
  from (select distinct procedure.service_date from core.coded_procedure as procedure) as procedure_day
  inner join ref.release as release
    on release.code_system = 'ICD-10-PCS'
    and release.effective_from <= procedure_day.service_date
    and coalesce(release.effective_to, date '9999-12-31') >= procedure_day.service_date
),

billable as (
  select
    code.code,
    min(code.effective_from) as first_day,
    max(coalesce(code.effective_to, date '9999-12-31')) as last_day
  from ref.code as code
  where code.code_system = 'ICD-10-PCS' and code.is_billable
  group by code.code
),

valid as (
  select distinct
    procedure.code,
    procedure.service_date
  from core.coded_procedure as procedure
  inner join ref.code as code
    on code.code_system = 'ICD-10-PCS'
    and code.is_billable
    and code.code = procedure.code
    and code.effective_from <= procedure.service_date
    and coalesce(code.effective_to, date '9999-12-31') >= procedure.service_date
)

select
  cast(procedure.claim_id as bigint) as claim_id,
  cast(procedure.encounter_id as varchar) as encounter_id,
  cast(procedure.item_number as bigint) as item_number,
  procedure.code,
  cast(procedure.service_date as date) as service_date,
  cast(day_release.release as varchar) as release,
  day_release.release is not null and (not day_release.can_only_confirm or valid.code is not null) as is_checked,
  valid.code is not null as is_valid,
  cast(billable.first_day as date) as first_day,
  cast(billable.last_day as date) as last_day
from core.coded_procedure as procedure
left join day_release
  on day_release.service_date = procedure.service_date and day_release.preference = 1
left join billable
  on billable.code = procedure.code
left join valid
  on valid.code = procedure.code and valid.service_date = procedure.service_date
