-- title: Payments that the primary payer reduced without refusing anything
-- row: one billed line, or one stay, that the latest answers paid as less than was billed
-- key: remit_claim_id, line_number
-- rule: of a line the first that holds: bundled (recoded to the code of another line of the day and unpaid, or unpaid
--   beside a paid line with nothing but contractual reasons), a lower level of the same kind of visit, another code,
--   fewer units, below the contract. A line that is refused is a denial and never here. What was lost is what the
--   contract allows for the billed line where the user's fee table has it, else what the payer allows on average
--   for a unit of the billed code where it paid the code as billed, less what it allowed; for units without a fee, the
--   rate of the line itself; for a stay, the payment by the relative weights. A code or group that pays no less is none
-- source: ASC X12N 005010X221A1, SVC01, SVC05 to SVC07, CLP11, section 1.10.2.6 (bundling); 42 CFR 405.942: Medicare's
--   redetermination within 120 days of receipt, which counts as 5 days after the notice
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

paid_line as (
  select
    answered_line.remit_claim_id,
    answered_line.paid_code,
    answered_line.service_date,
    min(answered_line.line_number) as line_number
  from core.answered_line as answered_line
  where answered_line.paid_amount > 0
  group by
    answered_line.remit_claim_id,
    answered_line.paid_code,
    answered_line.service_date
),

paid_payment as (
  select distinct paid_line.remit_claim_id
  from paid_line
),

judged as (
  select
    answered_line.remit_claim_id,
    answered_line.line_number,
    answered_line.claim_id,
    answered_line.encounter_id,
    coalesce(answered_line.claim_line_number, answered_line.line_number) as claim_line_number,
    answered_line.payer,
    answered_line.filing_code,
    answered_line.payment_date,
    answered_line.service_date,
    answered_line.code_system,
    answered_line.billed_code,
    answered_line.paid_code,
    answered_line.billed_unit_count,
    answered_line.paid_unit_count,
    answered_line.charge_amount,
    answered_line.allowed_amount,
    contract_line.contract_amount,
    contract_line.release as contract_release,
    case
      when contract_line.contract_amount is not null
        then greatest(contract_line.contract_amount - answered_line.allowed_amount, 0)
      when usual.unit_allowed_amount is not null
        then greatest(
          usual.unit_allowed_amount * coalesce(answered_line.billed_unit_count, answered_line.paid_unit_count)
          - answered_line.allowed_amount,
          0
        )
    end as usual_loss_amount,
    case
      when answered_line.paid_code <> answered_line.billed_code
        and answered_line.paid_amount = 0
        and answered_line.patient_share_amount = 0
        and paid_line.remit_claim_id is not null
        then 'bundled'
      when answered_line.paid_code = answered_line.billed_code
        and answered_line.form = 'P'
        and answered_line.charge_amount > 0
        and answered_line.paid_amount = 0
        and answered_line.patient_share_amount = 0
        and answered_line.contractual_amount >= answered_line.charge_amount
        and paid_payment.remit_claim_id is not null
        then 'bundled'
      when billed_visit.visit_kind = paid_visit.visit_kind and answered_line.paid_code < answered_line.billed_code
        then 'visit level'
      when answered_line.paid_code <> answered_line.billed_code then 'code'
      when answered_line.paid_unit_count < answered_line.billed_unit_count and answered_line.taken_off_amount > 0
        then 'units'
      when contract_line.contract_amount > answered_line.allowed_amount then 'below contract'
    end as reduction
  from core.answered_line as answered_line
  left join usual
    on usual.payer_key = answered_line.payer_key and usual.billed_code = answered_line.billed_code
  left join paid_line
    on paid_line.remit_claim_id = answered_line.remit_claim_id
    and paid_line.paid_code = answered_line.paid_code
    and paid_line.service_date = answered_line.service_date
  left join core.visit_code as billed_visit
    on billed_visit.code = answered_line.billed_code
  left join core.visit_code as paid_visit
    on paid_visit.code = answered_line.paid_code
  left join paid_payment
    on paid_payment.remit_claim_id = answered_line.remit_claim_id
  left join core.contract_line as contract_line
    on contract_line.remit_claim_id = answered_line.remit_claim_id and contract_line.line_number = answered_line.line_number
  where not answered_line.is_refused and not answered_line.is_paid_by_group and answered_line.charge_amount >= 0
),

reduced as (
  select
    judged.remit_claim_id,
    judged.line_number,
    judged.reduction,
    judged.claim_id,
    judged.encounter_id,
    judged.claim_line_number as item_number,
    judged.payer,
    judged.filing_code,
    judged.payment_date,
    judged.service_date,
    judged.code_system,
    judged.billed_code,
    judged.paid_code,
    judged.billed_unit_count,
    judged.paid_unit_count,
    case
      when judged.reduction = 'units' and judged.contract_amount is null
        then judged.allowed_amount * (judged.billed_unit_count / nullif(judged.paid_unit_count, 0) - 1)
      else judged.usual_loss_amount
    end as lost_amount,
    judged.allowed_amount,
    judged.contract_amount,
    judged.contract_release as release
  from judged
  where
    judged.reduction is not null
    and (judged.reduction <> 'code' or coalesce(judged.usual_loss_amount, 1) > 0)
  union all
  select
    answered_stay.remit_claim_id,
    0 as line_number,
    'payment group' as reduction,
    answered_stay.claim_id,
    answered_stay.encounter_id,
    0 as item_number,
    answered_stay.payer,
    answered_stay.filing_code,
    answered_stay.payment_date,
    answered_stay.service_date,
    'MS-DRG' as code_system,
    answered_stay.billed_drg as billed_code,
    answered_stay.paid_drg as paid_code,
    cast(null as decimal(18, 4)) as billed_unit_count,
    cast(null as decimal(18, 4)) as paid_unit_count,
    answered_stay.paid_amount * (answered_stay.billed_weight / nullif(answered_stay.paid_weight, 0) - 1) as lost_amount,
    answered_stay.paid_amount as allowed_amount,
    cast(null as decimal(18, 2)) as contract_amount,
    answered_stay.release
  from core.answered_stay as answered_stay
  where
    answered_stay.paid_drg <> answered_stay.billed_drg
    and not answered_stay.is_denied
    and coalesce(answered_stay.billed_weight > answered_stay.paid_weight, true)
),

dated as (
  select
    reduced.remit_claim_id,
    reduced.line_number,
    cast(reduced.payment_date as date) as payment_date,
    -- Only Medicare's days to appeal are the same for everybody; the others are in contracts.
    cast(case when reduced.filing_code in ('MA', 'MB') then reduced.payment_date + 125 end as date) as appeal_by_date,
    cast(reduced.lost_amount as decimal(18, 2)) as lost_amount
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
