-- title: The net position of each claim after reversals
-- row: one claim as submitted, to any payer, with the sum of all payments that are linked to it
-- rule: a reversal carries the charge, payment and adjustments that it takes back with the signs turned, so what stands is
--   the plain sum; what the sums do not explain is unbalanced_amount, charge less payment less adjustments
-- source: ASC X12N 005010X221A1 section 1.10.2 (balancing, reversal and correction); docs/measures/claim_position.md
with linked as (
  select
    claim_link.claim_id,
    remit_claim.remit_claim_id,
    remit_claim.remittance_id,
    remit_claim.charge_amount,
    remit_claim.paid_amount,
    case when remit_claim.claim_status_code = '22' then 1 else 0 end as is_reversal
  from core.claim_link as claim_link
  inner join core.remit_claim as remit_claim
    on remit_claim.remit_claim_id = claim_link.remit_claim_id
  where claim_link.claim_id is not null and coalesce(remit_claim.claim_status_code, '') not in ('23', '25')
),

answered as (
  select
    linked.claim_id,
    count(*) as answer_count,
    sum(linked.is_reversal) as reversal_count,
    sum(linked.charge_amount) as adjudicated_amount,
    sum(linked.paid_amount) as paid_amount,
    max(remittance.payment_date) as last_payment_date
  from linked
  inner join core.remittance as remittance
    on remittance.remittance_id = linked.remittance_id
  group by linked.claim_id
),

adjusted as (
  select
    linked.claim_id,
    sum(case when adjustment.group_code in ('CO', 'PI') then adjustment.adjustment_amount else 0 end)
      as provider_liability_amount,
    sum(case when adjustment.group_code = 'PR' then adjustment.adjustment_amount else 0 end)
      as patient_responsibility_amount,
    sum(
      case when coalesce(adjustment.group_code, '') in ('CO', 'PI', 'PR') then 0 else adjustment.adjustment_amount end
    ) as other_adjustment_amount
  from linked
  inner join core.adjustment as adjustment
    on adjustment.remit_claim_id = linked.remit_claim_id
  group by linked.claim_id
),

netted as (
  select
    claim.claim_id,
    claim.patient_control_number,
    claim.form,
    claim.payer_id,
    claim.payer_name,
    claim.submit_date,
    claim.charge_amount,
    coalesce(answered.answer_count, 0) as answer_count,
    coalesce(answered.reversal_count, 0) as reversal_count,
    coalesce(answered.adjudicated_amount, 0) as adjudicated_amount,
    coalesce(answered.paid_amount, 0) as paid_amount,
    coalesce(adjusted.provider_liability_amount, 0) as provider_liability_amount,
    coalesce(adjusted.patient_responsibility_amount, 0) as patient_responsibility_amount,
    coalesce(adjusted.other_adjustment_amount, 0) as other_adjustment_amount,
    answered.last_payment_date
  from core.claim as claim
  left join answered
    on answered.claim_id = claim.claim_id
  left join adjusted
    on adjusted.claim_id = claim.claim_id
)

select
  cast(netted.claim_id as bigint) as claim_id,
  cast(claim_chain.chain_id as bigint) as chain_id,
  cast(claim_encounter.encounter_id as varchar) as encounter_id,
  cast(netted.patient_control_number as varchar) as patient_control_number,
  cast(claim_chain.relation as varchar) as relation,
  cast(netted.form as varchar) as form,
  cast(coalesce(netted.payer_id, 'unknown') as varchar) as payer_id,
  cast(coalesce(netted.payer_name, netted.payer_id, 'unknown') as varchar) as payer_name,
  cast(netted.submit_date as date) as submit_date,
  cast(netted.charge_amount as decimal(18, 2)) as charge_amount,
  cast(netted.answer_count as bigint) as answer_count,
  cast(netted.reversal_count as bigint) as reversal_count,
  cast(netted.adjudicated_amount as decimal(18, 2)) as adjudicated_amount,
  cast(netted.paid_amount as decimal(18, 2)) as paid_amount,
  cast(netted.provider_liability_amount as decimal(18, 2)) as provider_liability_amount,
  cast(netted.patient_responsibility_amount as decimal(18, 2)) as patient_responsibility_amount,
  cast(netted.other_adjustment_amount as decimal(18, 2)) as other_adjustment_amount,
  cast(
    netted.adjudicated_amount - netted.paid_amount - netted.provider_liability_amount
    - netted.patient_responsibility_amount - netted.other_adjustment_amount as decimal(18, 2)
  ) as unbalanced_amount,
  cast(netted.last_payment_date as date) as last_payment_date,
  cast(
    case
      when netted.answer_count = 0 then 'no answer'
      when netted.reversal_count > 0 and netted.adjudicated_amount = 0 and netted.paid_amount = 0 then 'taken back'
      when netted.adjudicated_amount > netted.charge_amount then 'answered more than once'
      when netted.adjudicated_amount < netted.charge_amount then 'answered in part'
      when netted.paid_amount = 0 then 'answered, nothing paid'
      else 'answered and paid'
    end as varchar
  ) as position
from netted
left join core.claim_chain as claim_chain
  on claim_chain.claim_id = netted.claim_id
left join core.claim_encounter as claim_encounter
  on claim_encounter.claim_id = netted.claim_id
order by claim_id
