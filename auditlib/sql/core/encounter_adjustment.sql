-- Why payers took what off one encounter's charges, in the project's own words.
select
  remittance.payment_date,
  adjustment.line_number,
  adjustment.group_code,
  adjustment.reason_code,
  denial_reason.label as reason_label,
  denial_reason.is_denial,
  adjustment.adjustment_amount
from core.adjustment as adjustment
inner join core.remit_claim as remit_claim
  on remit_claim.remit_claim_id = adjustment.remit_claim_id
inner join core.remittance as remittance
  on remittance.remittance_id = remit_claim.remittance_id
left join ref.denial_reason as denial_reason
  on denial_reason.reason_code = adjustment.reason_code
  and denial_reason.effective_from <= coalesce(remittance.payment_date, date '9999-12-31')
  and coalesce(denial_reason.effective_to, date '9999-12-31') >= coalesce(remittance.payment_date, date '9999-12-31')
where remit_claim.patient_control_number = $encounter_id
order by remittance.payment_date, remit_claim.remit_claim_id, adjustment.adjustment_number
