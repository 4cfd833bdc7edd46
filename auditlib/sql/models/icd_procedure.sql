-- title: ICD-10-PCS procedures, and whether their code may be billed on their day
-- row: one ICD-10-PCS procedure of a claim, or of an encounter to which no claim belongs
-- key: claim_id, encounter_id, item_number
-- rule: a stay is judged by its last day (bill types 11, 18, 21 and 32, and inpatient encounters), everything else by
--   the first day of service. The latest release whose days include the day; one that can only confirm a code comes
--   after those that hold the whole list
-- source: ICD-10-PCS Official Guidelines, introduction; CMS claims processing rules for claims that span 1 October
with
procedure as (
  select
    claim_procedure.claim_id,
    claim_role.encounter_id,
    claim_procedure.procedure_number as item_number,
    claim_procedure.code,
    claim_procedure.procedure_date,
    case
      when claim.form = 'I' and substring(ltrim(claim.type_of_bill, '0'), 1, 2) in ('11', '18', '21', '32')
        then coalesce(claim.to_date, claim.from_date)
      else coalesce(claim.from_date, claim.to_date)
    end as service_date
  from core.claim_procedure as claim_procedure
  inner join core.claim as claim
    on claim.claim_id = claim_procedure.claim_id
  inner join core.claim_role as claim_role
    on claim_role.claim_id = claim.claim_id
  where claim_procedure.code_system = 'ICD-10-PCS'
  union all
  select
    cast(null as bigint) as claim_id,
    encounter_code.encounter_id,
    encounter_code.code_number as item_number,
    encounter_code.code,
    encounter_code.code_date as procedure_date,
    case
      when encounter.encounter_class = 'inpatient' then encounter.discharge_date
      else encounter.admit_date
    end as service_date
  from core.encounter_code as encounter_code
  inner join core.encounter as encounter
    on encounter.encounter_id = encounter_code.encounter_id
  left join (select distinct claim_encounter.encounter_id from core.claim_encounter as claim_encounter) as billed
    on billed.encounter_id = encounter_code.encounter_id
  where encounter_code.code_system = 'ICD-10-PCS' and billed.encounter_id is null
),

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
  from (select distinct procedure.service_date from procedure) as procedure_day
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
  from procedure
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
  cast(procedure.procedure_date as date) as procedure_date,
  cast(procedure.service_date as date) as service_date,
  cast(day_release.release as varchar) as release,
  day_release.release is not null and (not day_release.can_only_confirm or valid.code is not null) as is_checked,
  valid.code is not null as is_valid,
  cast(billable.first_day as date) as first_day,
  cast(billable.last_day as date) as last_day
from procedure
left join day_release
  on day_release.service_date = procedure.service_date and day_release.preference = 1
left join billable
  on billable.code = procedure.code
left join valid
  on valid.code = procedure.code and valid.service_date = procedure.service_date
