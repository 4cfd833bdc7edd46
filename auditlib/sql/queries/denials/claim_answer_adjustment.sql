-- title: The adjustments of all answers to one claim, and what each is
-- row: one adjustment of one answer of the primary payer
select
  payer_response.answer_number,
  payer_response.payment_date,
  adjustment_class.remit_claim_id,
  adjustment_class.line_number,
  adjustment_class.group_code,
  adjustment_class.reason_code,
  coalesce(denial_reason_day.label, 'unmapped') as reason_label,
  adjustment_class.adjustment_class,
  adjustment_class.adjustment_amount
from mart.payer_response as payer_response
inner join mart.adjustment_class as adjustment_class
  on adjustment_class.remit_claim_id = payer_response.remit_claim_id
left join mart.denial_reason_day as denial_reason_day
  on denial_reason_day.reason_day_id = adjustment_class.reason_day_id
where payer_response.chain_id = $claim_id
order by payer_response.answer_number, adjustment_class.line_number nulls first, adjustment_class.adjustment_number
