-- title: The answers to one claim, each as a whole
-- row: one answer of the primary payer
select
  payer_response.answer_number,
  payer_response.payment_date,
  payer_response.is_reversed,
  remit_claim.remit_claim_id,
  remit_claim.claim_status_code,
  remit_claim.payer_claim_control_number,
  remit_claim.drg_code,
  remit_claim.charge_amount,
  remit_claim.paid_amount,
  remit_claim.patient_responsibility_amount,
  claim_decision.denied_amount,
  claim_decision.is_denied
from mart.payer_response as payer_response
inner join core.remit_claim as remit_claim
  on remit_claim.remit_claim_id = payer_response.remit_claim_id
left join mart.claim_decision as claim_decision
  on claim_decision.remit_claim_id = remit_claim.remit_claim_id
where payer_response.chain_id = $claim_id and payer_response.answer_number is not null
order by payer_response.answer_number
