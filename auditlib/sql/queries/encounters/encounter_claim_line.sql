-- The service lines of the claims that bill one encounter, each with the diagnosis that its first pointer names.
select
  claim.submit_date,
  claim.frequency_code,
  claim_line.line_number,
  claim_line.code_system,
  claim_line.code,
  claim_line.modifier_1,
  claim_line.unit_count,
  claim_line.charge_amount,
  claim_diagnosis.code as first_diagnosis_code
from core.claim as claim
inner join core.claim_encounter as claim_encounter
  on claim_encounter.claim_id = claim.claim_id
inner join core.claim_line as claim_line
  on claim_line.claim_id = claim.claim_id
left join core.claim_diagnosis as claim_diagnosis
  on claim_diagnosis.claim_id = claim.claim_id
  and claim_diagnosis.pointer_number = claim_line.diagnosis_pointer_1
where claim_encounter.encounter_id = $encounter_id
order by claim.submit_date, claim.claim_id, claim_line.line_number
