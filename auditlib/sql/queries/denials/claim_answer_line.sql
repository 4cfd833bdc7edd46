-- title: The lines of all answers to one claim, in the order of the answers
-- row: one line of one answer of the primary payer
select
  payer_response.answer_number,
  payer_response.payment_date,
  payer_response.is_reversed,
  remit_line.remit_claim_id,
  remit_line.line_number,
  coalesce(remit_line.submitted_code, remit_line.code, remit_line.revenue_code) as billed_code,
  remit_line.code as paid_code,
  remit_line.from_date,
  remit_line.unit_count,
  remit_line.charge_amount,
  remit_line.allowed_amount,
  remit_line.paid_amount,
  line_decision.is_denied,
  line_decision.is_unmapped
from mart.payer_response as payer_response
inner join core.remit_line as remit_line
  on remit_line.remit_claim_id = payer_response.remit_claim_id
left join mart.line_decision as line_decision
  on line_decision.remit_claim_id = remit_line.remit_claim_id and line_decision.line_number = remit_line.line_number
where payer_response.chain_id = $claim_id and payer_response.answer_number is not null
order by payer_response.answer_number, remit_line.line_number
