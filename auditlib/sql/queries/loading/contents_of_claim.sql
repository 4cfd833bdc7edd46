-- Rows of claim of some files, in file order.
select
  claim.claim_id,
  claim.patient_control_number,
  claim.charge_amount,
  claim.frequency_code,
  claim.source_file_id,
  claim.source_offset
from core.claim as claim
where list_contains($source_file_ids, claim.source_file_id)
order by claim.source_file_id, claim.source_offset
