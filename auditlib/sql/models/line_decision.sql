-- title: Which lines of each answer are denied
-- row: one line of an answer of the primary payer
-- key: remit_claim_id, line_number
-- needs: mart.payer_response
-- cut: patient_control_number
-- rule: lines that a payer split (one line control number) are judged together. Lines with a charge and no payment are
--   denied where their denials, with what is unmapped and what the contract takes off, reach the charge. They are
--   unmapped where that reaches the charge without any denial: an unlisted reason may refuse or not
-- source: ASC X12N 005010X221A1, 2110 REF*6R; docs/measures/claim_outcome.md
with answered_line as (
  select
    remit_line.remit_claim_id,
    remit_line.line_number,
    remit_line.charge_amount,
    remit_line.paid_amount,
    coalesce(remit_line.line_control_number, concat('line ', cast(remit_line.line_number as varchar))) as billed_line
  from core.remit_line as remit_line
  inner join mart.payer_response as payer_response
    on payer_response.remit_claim_id = remit_line.remit_claim_id and payer_response.answer_number is not null
),

line_sum as (
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
),

whole_line as (
  select
    answered_line.remit_claim_id,
    answered_line.billed_line,
    sum(answered_line.charge_amount) as charge_amount,
    max(case when answered_line.paid_amount <> 0 then 1 else 0 end) as is_paid,
    sum(coalesce(line_sum.denial_amount, 0)) as denial_amount,
    sum(coalesce(line_sum.unmapped_amount, 0)) as unmapped_amount,
    sum(coalesce(line_sum.contractual_amount, 0)) as contractual_amount
  from answered_line
  left join line_sum
    on line_sum.remit_claim_id = answered_line.remit_claim_id and line_sum.line_number = answered_line.line_number
  group by
    answered_line.remit_claim_id,
    answered_line.billed_line
),

judged as (
  select
    whole_line.remit_claim_id,
    whole_line.billed_line,
    whole_line.denial_amount > 0 as has_denial,
    whole_line.unmapped_amount > 0 as has_unmapped,
    whole_line.is_paid = 0
    and whole_line.charge_amount > 0
    and whole_line.denial_amount + whole_line.unmapped_amount + whole_line.contractual_amount >= whole_line.charge_amount
      as is_taken_off
  from whole_line
)

select
  cast(answered_line.remit_claim_id as bigint) as remit_claim_id,
  cast(answered_line.line_number as bigint) as line_number,
  cast(answered_line.charge_amount as decimal(18, 2)) as charge_amount,
  cast(coalesce(line_sum.contractual_amount, 0) as decimal(18, 2)) as contractual_amount,
  judged.is_taken_off and judged.has_denial and answered_line.charge_amount > 0 as is_denied,
  judged.is_taken_off and not judged.has_denial and judged.has_unmapped and answered_line.charge_amount > 0 as is_unmapped
from answered_line
inner join judged
  on judged.remit_claim_id = answered_line.remit_claim_id and judged.billed_line = answered_line.billed_line
left join line_sum
  on line_sum.remit_claim_id = answered_line.remit_claim_id and line_sum.line_number = answered_line.line_number
order by answered_line.remit_claim_id, answered_line.line_number
