-- Rows of remit_claim of some files, in file order.
select
  remit_claim.remit_claim_id,
  remit_claim.patient_control_number,
  remit_claim.payer_claim_control_number,
  remit_claim.claim_status_code,
  remit_claim.charge_amount,
  remit_claim.paid_amount,
  remit_claim.patient_responsibility_amount,
  remit_claim.source_file_id,
  remit_claim.source_offset
from core.remit_claim as remit_claim
where list_contains($source_file_ids, remit_claim.source_file_id)
order by remit_claim.source_file_id, remit_claim.source_offset
