-- title: What the primary payer made of each billed procedure, as its answers stand
-- row: one billed service line with a procedure code, as one of the latest answers has it
-- key: remit_claim_id, line_number
-- needs: mart.first_and_latest_answer
-- cut: patient_control_number
-- rule: parts of a line that the payer split (one line control number) are one row. A line is that of the claim with
--   its line control number, else the one of its code, charge and first day, counted in their order. The billed code
--   is the one that the payer repeats as submitted, else the claim's, else the paid one. What the payer took off is
--   all but the patient's share. Allowed is what AMT*B6 states, else the payment with the patient's share, what another
--   payer or capitation paid and what sequestration (reason 253) took off the payment
-- source: ASC X12N 005010X221A1, 2110 SVC01, SVC05 to SVC07, CAS and REF*6R; section 1.10.2 (balancing)
with
answer as (
  select
    first_and_latest_answer.remit_claim_id,
    claim_link.claim_id,
    claim.form,
    claim_role.encounter_id,
    remit_claim.filing_code,
    remit_claim.drg_code is not null as is_paid_by_group,
    coalesce(remittance.payer_id, upper(trim(remittance.payer_name)), '') as payer_key,
    coalesce(remittance.payer_name, remittance.payer_id) as payer,
    remittance.payment_date
  from mart.first_and_latest_answer as first_and_latest_answer
  inner join core.remit_claim as remit_claim
    on remit_claim.remit_claim_id = first_and_latest_answer.remit_claim_id
  inner join core.remittance as remittance
    on remittance.remittance_id = remit_claim.remittance_id
  inner join core.claim_link as claim_link
    on claim_link.remit_claim_id = first_and_latest_answer.remit_claim_id
  inner join core.claim as claim
    on claim.claim_id = claim_link.claim_id
  inner join core.claim_role as claim_role
    on claim_role.claim_id = claim.claim_id
  where first_and_latest_answer.is_latest
),

adjusted as (
  select
    adjustment_class.remit_claim_id,
    adjustment_class.line_number,
    sum(case when adjustment_class.group_code = 'PR' then adjustment_class.adjustment_amount else 0 end)
      as patient_share_amount,
    sum(case when adjustment_class.group_code = 'PR' then 0 else adjustment_class.adjustment_amount end)
      as taken_off_amount,
    sum(
      case
        when adjustment_class.group_code in ('CO', 'PI')
          and coalesce(denial_reason_day.reason_kind, '') in ('contractual', 'reduced')
          then adjustment_class.adjustment_amount
        else 0
      end
    ) as contractual_amount,
    sum(
      case
        when adjustment_class.group_code = 'PR' then 0
        when adjustment_class.reason_code = '253' or denial_reason_day.reason_kind in ('other payer', 'capitation')
          then adjustment_class.adjustment_amount
        else 0
      end
    ) as paid_otherwise_amount
  from mart.adjustment_class as adjustment_class
  left join mart.denial_reason_day as denial_reason_day
    on denial_reason_day.reason_day_id = adjustment_class.reason_day_id
  where adjustment_class.line_number is not null
  group by
    adjustment_class.remit_claim_id,
    adjustment_class.line_number
),

controlled as (
  select
    claim_line.claim_id,
    claim_line.line_control_number,
    min(claim_line.line_number) as line_number
  from core.claim_line as claim_line
  where claim_line.line_control_number is not null
  group by
    claim_line.claim_id,
    claim_line.line_control_number
  having count(*) = 1
),

part as (
  select
    answer.claim_id,
    answer.form,
    answer.encounter_id,
    answer.filing_code,
    answer.is_paid_by_group,
    answer.payer_key,
    answer.payer,
    answer.payment_date,
    remit_line.remit_claim_id,
    remit_line.line_number,
    coalesce(remit_line.line_control_number, concat('line ', cast(remit_line.line_number as varchar))) as billed_line,
    controlled.line_number as controlled_line_number,
    coalesce(remit_line.submitted_code, controlled_line.code, remit_line.code) as billed_code,
    remit_line.code_system,
    remit_line.code as paid_code,
    remit_line.from_date,
    remit_line.unit_count,
    remit_line.submitted_unit_count,
    remit_line.charge_amount,
    remit_line.paid_amount,
    coalesce(
      remit_line.allowed_amount,
      remit_line.paid_amount + coalesce(adjusted.patient_share_amount, 0) + coalesce(adjusted.paid_otherwise_amount, 0)
    ) as allowed_amount,
    coalesce(adjusted.taken_off_amount, 0) as taken_off_amount,
    coalesce(adjusted.contractual_amount, 0) as contractual_amount,
    coalesce(adjusted.patient_share_amount, 0) as patient_share_amount,
    case when line_decision.is_denied or line_decision.is_unmapped then 1 else 0 end as is_refused
  from core.remit_line as remit_line
  inner join answer
    on answer.remit_claim_id = remit_line.remit_claim_id
  left join adjusted
    on adjusted.remit_claim_id = remit_line.remit_claim_id and adjusted.line_number = remit_line.line_number
  left join mart.line_decision as line_decision
    on line_decision.remit_claim_id = remit_line.remit_claim_id and line_decision.line_number = remit_line.line_number
  left join controlled
    on controlled.claim_id = answer.claim_id and controlled.line_control_number = remit_line.line_control_number
  left join core.claim_line as controlled_line
    on controlled_line.claim_id = controlled.claim_id and controlled_line.line_number = controlled.line_number
  where remit_line.code is not null
),

whole_line as (
  select
    part.remit_claim_id,
    min(part.line_number) as line_number,
    part.claim_id,
    min(part.form) as form,
    min(part.encounter_id) as encounter_id,
    min(part.filing_code) as filing_code,
    part.is_paid_by_group,
    min(part.payer_key) as payer_key,
    min(part.payer) as payer,
    min(part.payment_date) as payment_date,
    min(part.controlled_line_number) as controlled_line_number,
    min(part.code_system) as code_system,
    min(part.billed_code) as billed_code,
    coalesce(min(case when part.paid_code <> part.billed_code then part.paid_code end), min(part.paid_code)) as paid_code,
    min(part.from_date) as from_date,
    sum(part.unit_count) as unit_count,
    max(part.submitted_unit_count) as submitted_unit_count,
    sum(part.charge_amount) as charge_amount,
    sum(part.paid_amount) as paid_amount,
    sum(part.allowed_amount) as allowed_amount,
    sum(part.taken_off_amount) as taken_off_amount,
    sum(part.contractual_amount) as contractual_amount,
    sum(part.patient_share_amount) as patient_share_amount,
    max(part.is_refused) as is_refused
  from part
  group by
    part.remit_claim_id,
    part.billed_line,
    part.claim_id,
    part.is_paid_by_group
),

-- The lines of a claim and of its answers that no control number ties are counted in their order.
claim_item as (
  select
    claim_line.claim_id,
    claim_line.line_number,
    claim_line.code,
    claim_line.charge_amount,
    claim_line.from_date,
    row_number() over (
      partition by claim_line.claim_id, claim_line.code, claim_line.charge_amount, claim_line.from_date
      order by claim_line.line_number
    ) as occurrence
  from core.claim_line as claim_line
  where claim_line.code is not null and claim_line.claim_id in (select answer.claim_id from answer)
),

answered_item as (
  select
    whole_line.remit_claim_id,
    whole_line.line_number,
    whole_line.claim_id,
    whole_line.form,
    whole_line.encounter_id,
    whole_line.filing_code,
    whole_line.is_paid_by_group,
    whole_line.payer_key,
    whole_line.payer,
    whole_line.payment_date,
    whole_line.controlled_line_number,
    whole_line.code_system,
    whole_line.billed_code,
    whole_line.paid_code,
    whole_line.from_date,
    whole_line.unit_count,
    whole_line.submitted_unit_count,
    whole_line.charge_amount,
    whole_line.paid_amount,
    whole_line.allowed_amount,
    whole_line.taken_off_amount,
    whole_line.contractual_amount,
    whole_line.patient_share_amount,
    whole_line.is_refused,
    row_number() over (
      partition by
        whole_line.claim_id,
        whole_line.billed_code,
        whole_line.charge_amount,
        whole_line.from_date,
        whole_line.controlled_line_number is null
      order by whole_line.remit_claim_id, whole_line.line_number
    ) as occurrence
  from whole_line
)

select
  cast(answered_item.remit_claim_id as bigint) as remit_claim_id,
  cast(answered_item.line_number as bigint) as line_number,
  cast(answered_item.claim_id as bigint) as claim_id,
  cast(answered_item.encounter_id as varchar) as encounter_id,
  cast(coalesce(answered_item.controlled_line_number, claim_item.line_number) as bigint) as claim_line_number,
  cast(answered_item.form as varchar) as form,
  cast(answered_item.payer_key as varchar) as payer_key,
  cast(answered_item.payer as varchar) as payer,
  cast(answered_item.filing_code as varchar) as filing_code,
  cast(answered_item.payment_date as date) as payment_date,
  cast(coalesce(answered_item.from_date, claim_line.from_date) as date) as service_date,
  cast(answered_item.code_system as varchar) as code_system,
  cast(answered_item.billed_code as varchar) as billed_code,
  cast(answered_item.paid_code as varchar) as paid_code,
  cast(
    case
      when coalesce(claim_line.unit_code, 'UN') = 'UN' then coalesce(claim_line.unit_count, answered_item.submitted_unit_count)
    end as decimal(18, 4)
  ) as billed_unit_count,
  cast(answered_item.unit_count as decimal(18, 4)) as paid_unit_count,
  cast(answered_item.charge_amount as decimal(18, 2)) as charge_amount,
  cast(answered_item.paid_amount as decimal(18, 2)) as paid_amount,
  cast(answered_item.allowed_amount as decimal(18, 2)) as allowed_amount,
  cast(answered_item.taken_off_amount as decimal(18, 2)) as taken_off_amount,
  cast(answered_item.contractual_amount as decimal(18, 2)) as contractual_amount,
  cast(answered_item.patient_share_amount as decimal(18, 2)) as patient_share_amount,
  answered_item.is_paid_by_group,
  answered_item.is_refused = 1 as is_refused
from answered_item
left join claim_item
  on answered_item.controlled_line_number is null
  and claim_item.claim_id = answered_item.claim_id
  and claim_item.code = answered_item.billed_code
  and claim_item.charge_amount = answered_item.charge_amount
  and claim_item.from_date = answered_item.from_date
  and claim_item.occurrence = answered_item.occurrence
left join core.claim_line as claim_line
  on claim_line.claim_id = answered_item.claim_id
  and claim_line.line_number = coalesce(answered_item.controlled_line_number, claim_item.line_number)
order by answered_item.remit_claim_id, answered_item.line_number
