-- title: The net position of each claim after reversals
-- row: one claim as submitted, to any payer, with the sum of all payments that are linked to it
-- rule: a reversal carries the charge, payment and adjustments that it takes back with the signs turned, so what stands is
--   the plain sum; what the sums do not explain is unbalanced_amount, charge less payment less adjustments. Where a later
--   payer answers the claim to the first one, as after a crossover, the payers answer in turn: the charge is that of the
--   first turn that stands, the patient's share that of the last, and what a later payer repeats of those before it
--   (OA-23) is no adjustment. A reversal without its payment has no earlier payment of its payer and charge in the chain
-- source: ASC X12N 005010X221A1 section 1.10.2 (balancing, reversal and correction); docs/measures/claim_position.md
with linked as (
  select
    claim_link.claim_id,
    remit_claim.remit_claim_id,
    remit_claim.charge_amount,
    remit_claim.paid_amount,
    remittance.payment_date,
    case when remit_claim.claim_status_code = '22' then 1 else 0 end as is_reversal,
    case when orphan_reversal.remit_claim_id is not null then 1 else 0 end as is_orphan,
    case
      when payer_response.is_primary or payer_response.is_primary is null then 1
      when claim_chain.relation = 'to a later payer' then 1
      else
        max(
          case
            when remit_claim.claim_status_code in ('3', '21') then 3
            else 2
          end
        ) over (
          partition by claim_link.claim_id, coalesce(remittance.payer_id, remittance.payer_name, '')
        )
    end as turn_number
  from core.claim_link as claim_link
  inner join core.remit_claim as remit_claim
    on remit_claim.remit_claim_id = claim_link.remit_claim_id
  inner join core.remittance as remittance
    on remittance.remittance_id = remit_claim.remittance_id
  left join core.claim_chain as claim_chain
    on claim_chain.claim_id = claim_link.claim_id
  left join mart.payer_response as payer_response
    on payer_response.remit_claim_id = claim_link.remit_claim_id
  left join mart.orphan_reversal as orphan_reversal
    on orphan_reversal.remit_claim_id = claim_link.remit_claim_id
  where claim_link.claim_id is not null and coalesce(remit_claim.claim_status_code, '') not in ('23', '25')
),

turn as (
  select
    linked.claim_id,
    linked.turn_number,
    count(*) as answer_count,
    sum(linked.is_reversal) as reversal_count,
    sum(linked.is_orphan) as orphan_count,
    sum(linked.charge_amount) as adjudicated_amount,
    sum(linked.paid_amount) as paid_amount,
    max(linked.payment_date) as last_payment_date
  from linked
  group by
    linked.claim_id,
    linked.turn_number
),

turned as (
  select
    turn.claim_id,
    min(case when turn.adjudicated_amount <> 0 then turn.turn_number end) as first_turn,
    max(case when turn.adjudicated_amount <> 0 then turn.turn_number end) as last_turn
  from turn
  group by turn.claim_id
),

answered as (
  select
    turn.claim_id,
    sum(turn.answer_count) as answer_count,
    sum(turn.reversal_count) as reversal_count,
    sum(turn.orphan_count) as orphan_count,
    sum(case when turn.turn_number > turned.first_turn then 0 else turn.adjudicated_amount end) as adjudicated_amount,
    sum(turn.paid_amount) as paid_amount,
    max(turn.last_payment_date) as last_payment_date
  from turn
  inner join turned
    on turned.claim_id = turn.claim_id
  group by turn.claim_id
),

adjusted as (
  select
    linked.claim_id,
    sum(case when adjustment.group_code in ('CO', 'PI') then adjustment.adjustment_amount else 0 end)
      as provider_liability_amount,
    sum(
      case
        when adjustment.group_code = 'PR' and linked.turn_number >= coalesce(turned.last_turn, linked.turn_number)
          then adjustment.adjustment_amount
        else 0
      end
    ) as patient_responsibility_amount,
    sum(
      case
        when coalesce(adjustment.group_code, '') in ('CO', 'PI', 'PR') then 0
        when linked.turn_number > turned.first_turn and adjustment.reason_code = '23' then 0
        else adjustment.adjustment_amount
      end
    ) as other_adjustment_amount
  from linked
  inner join turned
    on turned.claim_id = linked.claim_id
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
    coalesce(answered.orphan_count, 0) as orphan_count,
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
),

rejected as (
  select distinct front_end_rejection.claim_id
  from core.front_end_rejection as front_end_rejection
  where front_end_rejection.claim_id is not null and front_end_rejection.later_accepted_date is null
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
      when netted.answer_count = 0 and front_end_rejection.claim_id is not null then 'rejected before adjudication'
      when netted.answer_count = 0 then 'no answer'
      when netted.orphan_count > 0 then 'reversal without its payment'
      when netted.reversal_count > 0 and netted.adjudicated_amount = 0 and netted.paid_amount = 0 then 'taken back'
      when netted.adjudicated_amount > netted.charge_amount then 'answered more than once'
      when netted.adjudicated_amount < netted.charge_amount then 'answered in part'
      when netted.paid_amount = 0 then 'answered, nothing paid'
      else 'answered and paid'
    end as varchar
  ) as position
from netted
left join rejected as front_end_rejection
  on front_end_rejection.claim_id = netted.claim_id
left join core.claim_chain as claim_chain
  on claim_chain.claim_id = netted.claim_id
left join core.claim_encounter as claim_encounter
  on claim_encounter.claim_id = netted.claim_id
order by claim_id
