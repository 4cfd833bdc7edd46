-- title: Every diagnosis code that was billed, or coded and not yet billed
-- row: one diagnosis of a claim, or of an encounter to which no claim belongs
-- key: claim_id, encounter_id, item_number
-- needs: core.claim_diagnosis, core.encounter_code
-- cut: patient_control_number
-- rule: a stay is judged by its last day (bill types 11, 18, 21 and 32, and inpatient encounters), everything else
--   by the first day of service
-- source: ICD-10-CM Official Guidelines, introduction; CMS claims processing rules for claims that span 1 October
select
  claim_diagnosis.claim_id,
  encounter.encounter_id,
  claim_diagnosis.diagnosis_number as item_number,
  claim_diagnosis.code_system,
  claim_diagnosis.code,
  claim_diagnosis.code_role,
  claim_diagnosis.poa_indicator,
  case
    when claim.form = 'I' and substring(ltrim(claim.type_of_bill, '0'), 1, 2) in ('11', '18', '21', '32')
      then coalesce(claim.to_date, claim.from_date)
    else coalesce(claim.from_date, claim.to_date)
  end as service_date
from core.claim_diagnosis as claim_diagnosis
inner join core.claim as claim
  on claim.claim_id = claim_diagnosis.claim_id
left join core.claim_encounter as claim_encounter
  on claim_encounter.claim_id = claim.claim_id
left join core.encounter as encounter
  on encounter.encounter_id = claim_encounter.encounter_id
union all
select
  cast(null as bigint) as claim_id,
  encounter_code.encounter_id,
  encounter_code.code_number as item_number,
  encounter_code.code_system,
  encounter_code.code,
  encounter_code.code_role,
  encounter_code.poa_indicator,
  case
    when encounter.encounter_class = 'inpatient' then encounter.discharge_date
    else encounter.admit_date
  end as service_date
from core.encounter_code as encounter_code
inner join core.encounter as encounter
  on encounter.encounter_id = encounter_code.encounter_id
left join (select distinct claim_encounter.encounter_id from core.claim_encounter as claim_encounter) as billed
  on billed.encounter_id = encounter_code.encounter_id
where
  encounter_code.code_role <> 'procedure'
  and encounter_code.code_system in ('ICD-10-CM', 'ICD-9-CM')
  and billed.encounter_id is null
