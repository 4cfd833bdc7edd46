-- title: Payments that the primary payer reduced without refusing anything
-- row: one billed line, or one stay, that the latest answers paid as less than was billed
-- key: remit_claim_id, line_number
-- rule: what was lost of a reduction (payment_reduction) is what the contract allows for the billed line where the user's
--   fee table has it, else what the payer allows on average for a unit of the billed code where it paid the code as
--   billed, less what it allowed; for units without a fee, the rate of the line itself; for a stay, the payment by the
--   relative weights. A code or group that pays no less is none
-- source: 42 CFR 405.942: Medicare's redetermination within 120 days of receipt, which counts as 5 days after the notice
-- needs: core.payment_reduction
with
usual as (
  select
    answered_line.payer_key,
    answered_line.billed_code,
    sum(answered_line.allowed_amount) / nullif(sum(answered_line.paid_unit_count), 0) as unit_allowed_amount
  from core.answered_line as answered_line
  where
    answered_line.paid_code = answered_line.billed_code
    and answered_line.paid_unit_count >= coalesce(answered_line.billed_unit_count, answered_line.paid_unit_count)
    and answered_line.allowed_amount > 0
    and answered_line.paid_unit_count > 0
    and not answered_line.is_refused
    and not answered_line.is_paid_by_group
  group by
    answered_line.payer_key,
    answered_line.billed_code
),

weighed as (
  select
    payment_reduction.remit_claim_id,
    payment_reduction.line_number,
    case
      when payment_reduction.contract_amount is not null
        then greatest(payment_reduction.contract_amount - payment_reduction.allowed_amount, 0)
      when usual.unit_allowed_amount is not null
        then greatest(
          usual.unit_allowed_amount * coalesce(payment_reduction.billed_unit_count, payment_reduction.paid_unit_count)
          - payment_reduction.allowed_amount,
          0
        )
    end as usual_loss_amount
  from core.payment_reduction as payment_reduction
  left join usual
    on usual.payer_key = payment_reduction.payer_key and usual.billed_code = payment_reduction.billed_code
),

reduced as (
  select
    payment_reduction.remit_claim_id,
    payment_reduction.line_number,
    payment_reduction.reduction,
    payment_reduction.claim_id,
    payment_reduction.encounter_id,
    payment_reduction.item_number,
    payment_reduction.payer,
    payment_reduction.filing_code,
    payment_reduction.payment_date,
    payment_reduction.service_date,
    payment_reduction.code_system,
    payment_reduction.billed_code,
    payment_reduction.paid_code,
    payment_reduction.billed_unit_count,
    payment_reduction.paid_unit_count,
    case
      when payment_reduction.reduction = 'payment group'
        then payment_reduction.allowed_amount
          * (payment_reduction.billed_weight / nullif(payment_reduction.paid_weight, 0) - 1)
      when payment_reduction.reduction = 'units' and payment_reduction.contract_amount is null
        then payment_reduction.allowed_amount
          * (payment_reduction.billed_unit_count / nullif(payment_reduction.paid_unit_count, 0) - 1)
      else weighed.usual_loss_amount
    end as lost_amount,
    payment_reduction.allowed_amount,
    payment_reduction.contract_amount,
    payment_reduction.release
  from core.payment_reduction as payment_reduction
  inner join weighed
    on weighed.remit_claim_id = payment_reduction.remit_claim_id
    and weighed.line_number = payment_reduction.line_number
  where payment_reduction.reduction <> 'code' or coalesce(weighed.usual_loss_amount, 1) > 0
),

dated as (
  select
    reduced.remit_claim_id,
    reduced.line_number,
    cast(reduced.payment_date as date) as payment_date,
    -- Only Medicare's days to appeal are the same for everybody; the others are in contracts.
    cast(case when reduced.filing_code in ('MA', 'MB') then reduced.payment_date + 125 end as date) as appeal_by_date,
    -- By its digits: half a cent is not exact in a quotient, and one engine would round it down.
    cast(cast(reduced.lost_amount as decimal(24, 6)) as decimal(18, 2)) as lost_amount
  from reduced
)

select
  cast(reduced.remit_claim_id as bigint) as remit_claim_id,
  cast(reduced.line_number as bigint) as line_number,
  cast(reduced.reduction as varchar) as reduction,
  cast(reduced.claim_id as bigint) as claim_id,
  cast(reduced.encounter_id as varchar) as encounter_id,
  cast(reduced.item_number as bigint) as item_number,
  cast(reduced.payer as varchar) as payer,
  dated.payment_date,
  dated.appeal_by_date,
  cast(reduced.service_date as date) as service_date,
  cast(reduced.code_system as varchar) as code_system,
  cast(reduced.billed_code as varchar) as billed_code,
  cast(reduced.paid_code as varchar) as paid_code,
  cast(reduced.billed_unit_count as decimal(18, 4)) as billed_unit_count,
  cast(reduced.paid_unit_count as decimal(18, 4)) as paid_unit_count,
  dated.lost_amount,
  cast(reduced.allowed_amount as decimal(18, 2)) as allowed_amount,
  cast(reduced.contract_amount as decimal(18, 2)) as contract_amount,
  concat(
    ' by ',
    coalesce(reduced.payer, 'the payer'),
    case when dated.payment_date is not null then concat(' on ', cast(dated.payment_date as varchar)) else '' end,
    case when dated.lost_amount is not null then concat(', about $', cast(dated.lost_amount as varchar), ' less') else '' end,
    case
      when dated.appeal_by_date is not null
        then concat('; Medicare takes an appeal until ', cast(dated.appeal_by_date as varchar))
      else ''
    end,
    '.'
  ) as payment_text,
  cast(reduced.release as varchar) as release
from reduced
inner join dated
  on dated.remit_claim_id = reduced.remit_claim_id and dated.line_number = reduced.line_number
order by reduced.remit_claim_id, reduced.line_number
