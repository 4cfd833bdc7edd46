-- title: Every ICD-10-PCS procedure that was billed, or coded and not yet billed
-- row: one ICD-10-PCS procedure of a claim, or of an encounter to which no claim belongs
-- key: claim_id, encounter_id, item_number
-- rule: a stay is judged by its last day (bill types 11, 18, 21 and 32, and inpatient encounters), everything else by
--   the first day of service
-- source: ICD-10-PCS Official Guidelines, introduction; CMS claims processing rules for claims that span 1 October
-- needs: core.claim_procedure, core.encounter_code
-- for: checks
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
