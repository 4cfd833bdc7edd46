-- The secondary diagnoses of some stays whose code changes the group when it is left out.
select
  claim_diagnosis.claim_id,
  min(claim_diagnosis.diagnosis_number) as item_number,
  claim_diagnosis.code,
  dependent.drg
from core.claim_diagnosis as claim_diagnosis
inner join dependent
  on dependent.claim_id = claim_diagnosis.claim_id and dependent.code = claim_diagnosis.code
where claim_diagnosis.code_system = 'ICD-10-CM' and claim_diagnosis.code_role <> 'principal'
group by
  claim_diagnosis.claim_id,
  claim_diagnosis.code,
  dependent.drg
order by claim_diagnosis.claim_id, item_number
