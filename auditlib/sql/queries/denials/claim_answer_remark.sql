-- title: The remarks of all answers to one claim
-- row: one remark of one answer of the primary payer
select
  payer_response.answer_number,
  payer_response.payment_date,
  remark.remit_claim_id,
  remark.line_number,
  remark.remark_code
from mart.payer_response as payer_response
inner join core.remark as remark
  on remark.remit_claim_id = payer_response.remit_claim_id
where payer_response.chain_id = $claim_id and payer_response.answer_number is not null
order by payer_response.answer_number, remark.line_number nulls first, remark.remark_number
