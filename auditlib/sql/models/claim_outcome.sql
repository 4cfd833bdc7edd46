-- title: What became of each claim to the primary payer
-- row: one original claim to its primary payer, with the claims that replaced it and the payments that answer them
-- key: claim_id
-- needs: core.claim_role
-- cut: patient_control_number
-- rule: each chain of claims counts once, with its first answer, its first denial and its latest state. A claim that was
--   paid nothing for reasons of no list is neither paid nor denied: it may be denied. A chain was reworked
--   where a late charge, an adjustment or a replacement (5, 6, 7) followed, where an answer that stands came on or after
--   the day of a reversal, or where it was submitted again after a first answer that denied something
-- source: ASC X12N 005010X221A1 section 1.10.2 (balancing, reversal and correction); docs/measures/claim_outcome.md
with chained as (
  select
    claim_chain.chain_id,
    max(case when claim_chain.claim_id <> claim_chain.chain_id and claim.frequency_code in ('5', '6', '7') then 1 else 0 end)
      as has_replacement,
    max(
      case
        when claim_chain.claim_id <> claim_chain.chain_id and coalesce(claim.frequency_code, '1') not in ('5', '6', '7', '8')
          then claim.submit_date
      end
    ) as last_resubmit_date
  from core.claim_chain as claim_chain
  inner join core.claim as claim
    on claim.claim_id = claim_chain.claim_id
  where claim_chain.chain_id is not null and claim_chain.relation <> 'to a later payer'
  group by claim_chain.chain_id
),

response_total as (
  select
    payer_response.chain_id,
    sum(case when payer_response.is_primary then 1 else 0 end) as response_count,
    sum(case when payer_response.is_primary then payer_response.paid_amount else 0 end) as paid_amount,
    sum(case when payer_response.is_primary then 0 else payer_response.paid_amount end) as secondary_paid_amount,
    min(
      case
        when payer_response.is_primary and payer_response.is_reversal
          then coalesce(payer_response.payment_date, date '9999-12-31')
      end
    ) as first_reversal_day,
    max(
      case
        when payer_response.answer_number is not null and not payer_response.is_reversed
          then coalesce(payer_response.payment_date, date '9999-12-31')
      end
    ) as last_standing_day
  from mart.payer_response as payer_response
  group by payer_response.chain_id
),

answer_state as (
  select
    first_and_latest_answer.chain_id,
    max(case when first_and_latest_answer.is_first then 1 else 0 end) as has_first,
    max(case when first_and_latest_answer.is_latest then 1 else 0 end) as has_latest,
    min(case when first_and_latest_answer.is_first then payer_response.payment_date end) as first_date,
    sum(case when first_and_latest_answer.is_first then claim_decision.denied_amount else 0 end) as first_denied_amount,
    sum(case when first_and_latest_answer.is_latest then claim_decision.denied_amount else 0 end) as latest_denied_amount,
    max(case when first_and_latest_answer.is_first and not claim_decision.is_denied then 1 else 0 end) as is_first_open,
    max(case when first_and_latest_answer.is_latest and not claim_decision.is_denied then 1 else 0 end) as is_latest_open,
    sum(case when first_and_latest_answer.is_first then claim_decision.unmapped_amount else 0 end) as first_unmapped_amount,
    max(
      case
        when first_and_latest_answer.is_first and not claim_decision.is_denied and not claim_decision.is_unmapped then 1
        else 0
      end
    ) as is_first_decided,
    max(
      case
        when first_and_latest_answer.is_latest and not claim_decision.is_denied and not claim_decision.is_unmapped then 1
        else 0
      end
    ) as is_latest_decided
  from mart.first_and_latest_answer as first_and_latest_answer
  inner join mart.claim_decision as claim_decision
    on claim_decision.remit_claim_id = first_and_latest_answer.remit_claim_id
  inner join mart.payer_response as payer_response
    on payer_response.remit_claim_id = first_and_latest_answer.remit_claim_id
  group by first_and_latest_answer.chain_id
),

latest_share as (
  select
    first_and_latest_answer.chain_id,
    sum(adjustment_class.adjustment_amount) as patient_responsibility_amount
  from mart.first_and_latest_answer as first_and_latest_answer
  inner join mart.adjustment_class as adjustment_class
    on adjustment_class.remit_claim_id = first_and_latest_answer.remit_claim_id and adjustment_class.group_code = 'PR'
  where first_and_latest_answer.is_latest
  group by first_and_latest_answer.chain_id
)

select
  cast(claim.claim_id as bigint) as claim_id,
  cast(claim_role.encounter_id as varchar) as encounter_id,
  cast(claim.patient_control_number as varchar) as patient_control_number,
  cast(claim.form as varchar) as form,
  cast(claim.payer_id as varchar) as payer_id,
  cast(claim.payer_name as varchar) as payer_name,
  cast(claim.submit_date as date) as submit_date,
  cast(claim.from_date as date) as from_date,
  cast(claim.charge_amount as decimal(18, 2)) as charge_amount,
  cast(coalesce(response_total.response_count, 0) as bigint) as response_count,
  cast(
    case
      when coalesce(answer_state.has_first, 0) = 0 then 'no response yet'
      when answer_state.first_denied_amount = 0 and answer_state.is_first_decided = 0 then 'unpaid, reason unmapped'
      when answer_state.first_denied_amount = 0 then 'paid'
      when answer_state.is_first_open = 0 then 'denied'
      else 'partly denied'
    end as varchar
  ) as first_response,
  cast(answer_state.first_date as date) as first_response_date,
  cast(coalesce(first_denial.denied_amount, 0) as decimal(18, 2)) as denied_amount,
  cast(first_denial.reason_code as varchar) as denial_reason_code,
  cast(first_denial.group_code as varchar) as denial_group_code,
  cast(first_denial.reason_day_id as bigint) as denial_reason_day_id,
  cast(coalesce(answer_state.first_unmapped_amount, 0) as decimal(18, 2)) as unmapped_amount,
  coalesce(answer_state.has_first = 1 and answer_state.is_first_open = 1 and answer_state.is_first_decided = 0, false)
    as may_be_denied,
  case
    when chained.has_replacement = 1 or response_total.last_standing_day >= response_total.first_reversal_day then true
    when answer_state.first_denied_amount > 0 and chained.last_resubmit_date >= answer_state.first_date then true
    else false
  end as is_reworked,
  cast(
    case
      when coalesce(answer_state.has_first, 0) = 0 and coalesce(answer_state.has_latest, 0) = 0 then 'no response yet'
      when answer_state.has_latest = 0 then 'reversed'
      when answer_state.latest_denied_amount = 0 and answer_state.is_latest_decided = 0 then 'unpaid, reason unmapped'
      when answer_state.latest_denied_amount = 0 then 'paid'
      when answer_state.is_latest_open = 0 then 'denied'
      else 'partly denied'
    end as varchar
  ) as final_outcome,
  cast(coalesce(response_total.paid_amount, 0) as decimal(18, 2)) as paid_amount,
  cast(coalesce(response_total.secondary_paid_amount, 0) as decimal(18, 2)) as secondary_paid_amount,
  cast(coalesce(latest_share.patient_responsibility_amount, 0) as decimal(18, 2)) as patient_responsibility_amount
from core.claim as claim
inner join chained
  on chained.chain_id = claim.claim_id
inner join core.claim_role as claim_role
  on claim_role.claim_id = claim.claim_id
left join response_total
  on response_total.chain_id = claim.claim_id
left join answer_state
  on answer_state.chain_id = claim.claim_id
left join latest_share
  on latest_share.chain_id = claim.claim_id
left join mart.first_denial as first_denial
  on first_denial.chain_id = claim.claim_id
order by claim_id
