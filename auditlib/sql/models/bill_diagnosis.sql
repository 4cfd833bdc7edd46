-- title: Diagnoses of each bill, every code once
-- row: one ICD-10-CM code of a claim, or of an encounter to which no claim belongs
-- key: bill, code
-- rule: admitting diagnoses and reasons for visit take no part; a code that is given twice has its first place
-- source: ICD-10-CM Official Guidelines, sections II to IV: what a bill lists
-- for: checks
select
  cast(coalesce('c' || cast(diagnosis.claim_id as varchar), 'e' || diagnosis.encounter_id) as varchar) as bill,
  diagnosis.code,
  cast(min(diagnosis.claim_id) as bigint) as claim_id,
  cast(min(diagnosis.encounter_id) as varchar) as encounter_id,
  cast(min(diagnosis.item_number) as bigint) as item_number,
  max(case when diagnosis.code_role = 'principal' then 1 else 0 end) = 1 as is_first_listed,
  cast(min(diagnosis.service_date) as date) as service_date
from core.diagnosis as diagnosis
where
  diagnosis.code_system = 'ICD-10-CM'
  and diagnosis.code_role not in ('admitting', 'reason for visit')
group by
  coalesce('c' || cast(diagnosis.claim_id as varchar), 'e' || diagnosis.encounter_id),
  diagnosis.code
