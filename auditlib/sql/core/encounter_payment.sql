-- What payers answered on one encounter's claims, in order of payment.
select
  remittance.payment_date,
  remittance.payer_name,
  remit_claim.claim_status_code,
  remit_claim.charge_amount,
  remit_claim.paid_amount,
  source_file.file_name,
  remit_claim.source_offset
from core.remit_claim as remit_claim
inner join core.remittance as remittance
  on remittance.remittance_id = remit_claim.remittance_id
inner join core.source_file as source_file
  on source_file.source_file_id = remit_claim.source_file_id
where remit_claim.patient_control_number = $encounter_id
order by remittance.payment_date, remit_claim.remit_claim_id
