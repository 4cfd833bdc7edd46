-- title: Which lines of each answer are denied
-- row: one line of an answer of the primary payer
-- key: remit_claim_id, line_number
-- rule: a line with a charge and no payment is denied where its denials, with what is unmapped and what the contract
--   takes off, reach the charge; or where what is unmapped reaches it alone
with line_sum as (
  select
    adjustment_class.remit_claim_id,
    adjustment_class.line_number,
    sum(case when adjustment_class.adjustment_class = 'denial' then adjustment_class.adjustment_amount else 0 end)
      as denial_amount,
    sum(case when adjustment_class.adjustment_class = 'unmapped' then adjustment_class.adjustment_amount else 0 end)
      as unmapped_amount,
    sum(case when adjustment_class.adjustment_class = 'contractual' then adjustment_class.adjustment_amount else 0 end)
      as contractual_amount
  from mart.adjustment_class as adjustment_class
  where adjustment_class.line_number is not null
  group by
    adjustment_class.remit_claim_id,
    adjustment_class.line_number
)

select
  cast(remit_line.remit_claim_id as bigint) as remit_claim_id,
  cast(remit_line.line_number as bigint) as line_number,
  cast(remit_line.charge_amount as decimal(18, 2)) as charge_amount,
  cast(coalesce(line_sum.contractual_amount, 0) as decimal(18, 2)) as contractual_amount,
  case
    when remit_line.charge_amount <= 0 or remit_line.paid_amount <> 0 then false
    when line_sum.denial_amount > 0
      and line_sum.denial_amount + line_sum.unmapped_amount + line_sum.contractual_amount >= remit_line.charge_amount
      then true
    when line_sum.unmapped_amount >= remit_line.charge_amount then true
    else false
  end as is_denied
from core.remit_line as remit_line
inner join mart.payer_response as payer_response
  on payer_response.remit_claim_id = remit_line.remit_claim_id and payer_response.answer_number is not null
left join line_sum
  on line_sum.remit_claim_id = remit_line.remit_claim_id and line_sum.line_number = remit_line.line_number
