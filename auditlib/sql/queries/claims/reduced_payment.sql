-- Payments that the primary payer reduced without refusing anything, those that lack most first.
select
  reduced_payment.payer,
  reduced_payment.reduction,
  reduced_payment.encounter_id,
  claim.patient_control_number,
  nullif(reduced_payment.item_number, 0) as line_number,
  reduced_payment.service_date,
  reduced_payment.billed_code,
  reduced_payment.paid_code,
  reduced_payment.billed_unit_count,
  reduced_payment.paid_unit_count,
  reduced_payment.lost_amount,
  reduced_payment.payment_date,
  reduced_payment.appeal_by_date
from core.reduced_payment as reduced_payment
inner join core.claim as claim
  on claim.claim_id = reduced_payment.claim_id
order by
  reduced_payment.lost_amount desc nulls last,
  reduced_payment.payer nulls last,
  reduced_payment.remit_claim_id,
  reduced_payment.line_number
