-- title: Diagnoses of each bill, every code once
-- row: one ICD-10-CM code of a claim, or of an encounter to which no claim belongs
-- key: bill_number, code
-- rule: admitting diagnoses and reasons for visit take no part; a code that is given twice has its first place. Bills and
--   codes have numbers, so that rows are joined by them: a claim its own, an encounter without a claim one below zero
-- source: ICD-10-CM Official Guidelines, sections II to IV: what a bill lists
-- needs: core.diagnosis
-- for: checks
with
listed as (
  select
    diagnosis.claim_id,
    diagnosis.encounter_id,
    diagnosis.item_number,
    diagnosis.code,
    diagnosis.code_role,
    diagnosis.service_date
  from core.diagnosis as diagnosis
  where
    diagnosis.code_system = 'ICD-10-CM'
    and diagnosis.code_role not in ('admitting', 'reason for visit')
),

unbilled as (
  select
    lone.encounter_id,
    -row_number() over (order by lone.encounter_id) as bill_number
  from (
    select distinct listed.encounter_id
    from listed
    where listed.claim_id is null
  ) as lone
),

numbered_code as (
  select
    occurring.code,
    row_number() over (order by occurring.code) as code_number
  from (select distinct listed.code from listed) as occurring
),

numbered as (
  select
    listed.claim_id as bill_number,
    listed.claim_id,
    listed.encounter_id,
    listed.item_number,
    listed.code,
    listed.code_role,
    listed.service_date
  from listed
  where listed.claim_id is not null
  union all
  select
    unbilled.bill_number,
    listed.claim_id,
    listed.encounter_id,
    listed.item_number,
    listed.code,
    listed.code_role,
    listed.service_date
  from listed
  inner join unbilled
    on unbilled.encounter_id = listed.encounter_id
  where listed.claim_id is null
)

select
  numbered.bill_number,
  numbered_code.code_number,
  min(numbered.code) as code,
  min(numbered.claim_id) as claim_id,
  min(numbered.encounter_id) as encounter_id,
  min(numbered.item_number) as item_number,
  max(case when numbered.code_role = 'principal' then 1 else 0 end) = 1 as is_first_listed,
  min(
    case numbered.code_role
      when 'principal' then 0
      when 'secondary' then numbered.item_number
    end
  ) as list_position,
  count(*) as mention_count,
  min(numbered.service_date) as service_date
from numbered
inner join numbered_code
  on numbered_code.code = numbered.code
group by
  numbered.bill_number,
  numbered_code.code_number
order by numbered.bill_number, numbered_code.code_number
