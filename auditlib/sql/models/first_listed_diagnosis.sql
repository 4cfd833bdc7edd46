-- title: The diagnosis that each bill lists first
-- row: one bill with a principal or first-listed ICD-10-CM diagnosis
-- key: claim_id, encounter_id
-- rule: the diagnosis that the file marks as principal (837: ABK); where none is marked, the order is not known
-- source: ICD-10-CM Official Guidelines, sections II and IV.A; ASC X12N 005010X222A1 and 005010X223A2, HI
-- needs: core.diagnosis
-- for: checks
select
  diagnosis.claim_id,
  diagnosis.encounter_id,
  cast(min(diagnosis.item_number) as bigint) as item_number,
  min_by(diagnosis.code, diagnosis.item_number) as code,
  min(diagnosis.service_date) as service_date
from core.diagnosis as diagnosis
where diagnosis.code_system = 'ICD-10-CM' and diagnosis.code_role = 'principal'
group by
  diagnosis.claim_id,
  diagnosis.encounter_id
