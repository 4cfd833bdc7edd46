-- title: The first denial of each chain of claims, with its main reason
-- row: one chain of claims of which the primary payer denied something
-- key: chain_id
-- needs: mart.payer_response
-- cut: patient_control_number
-- rule: the first answer if it denied anything, all parts of it together; else the earliest later answer that did. Its
--   reason is the one with the largest amount among the denials of the claim level and of denied lines, and among
--   unmapped adjustments where the claim or the line is denied; what it means is the row of denial_reason_day with its id
with denied as (
  select
    claim_decision.chain_id,
    min(payer_response.answer_number) as answer_number,
    max(case when first_and_latest_answer.is_first then 1 else 0 end) as is_first_denied
  from mart.claim_decision as claim_decision
  inner join mart.payer_response as payer_response
    on payer_response.remit_claim_id = claim_decision.remit_claim_id
  left join mart.first_and_latest_answer as first_and_latest_answer
    on first_and_latest_answer.remit_claim_id = claim_decision.remit_claim_id
  where claim_decision.denied_amount > 0
  group by claim_decision.chain_id
),

denial_answer as (
  select
    claim_decision.chain_id,
    claim_decision.remit_claim_id,
    claim_decision.is_denied,
    claim_decision.denied_amount
  from denied
  inner join mart.claim_decision as claim_decision
    on claim_decision.chain_id = denied.chain_id
  inner join mart.payer_response as payer_response
    on payer_response.remit_claim_id = claim_decision.remit_claim_id
  left join mart.first_and_latest_answer as first_and_latest_answer
    on first_and_latest_answer.remit_claim_id = claim_decision.remit_claim_id
  where
    payer_response.answer_number = denied.answer_number
    or (denied.is_first_denied = 1 and first_and_latest_answer.is_first)
),

total as (
  select
    denial_answer.chain_id,
    sum(denial_answer.denied_amount) as denied_amount
  from denial_answer
  group by denial_answer.chain_id
),

reason_sum as (
  select
    denial_answer.chain_id,
    adjustment_class.group_code,
    adjustment_class.reason_code,
    min(adjustment_class.reason_day_id) as reason_day_id,
    sum(adjustment_class.adjustment_amount) as reason_amount
  from denial_answer
  inner join mart.adjustment_class as adjustment_class
    on adjustment_class.remit_claim_id = denial_answer.remit_claim_id
  left join mart.line_decision as line_decision
    on line_decision.remit_claim_id = adjustment_class.remit_claim_id
    and line_decision.line_number = adjustment_class.line_number
  where
    (
      adjustment_class.adjustment_class = 'denial'
      and (adjustment_class.line_number is null or line_decision.is_denied)
    )
    or (adjustment_class.adjustment_class = 'unmapped' and (denial_answer.is_denied or line_decision.is_denied))
  group by
    denial_answer.chain_id,
    adjustment_class.group_code,
    adjustment_class.reason_code
),

reason_ranked as (
  select
    reason_sum.chain_id,
    reason_sum.group_code,
    reason_sum.reason_code,
    reason_sum.reason_day_id,
    row_number() over (
      partition by reason_sum.chain_id
      order by reason_sum.reason_amount desc, reason_sum.reason_code, reason_sum.group_code
    ) as preference
  from reason_sum
)

select
  cast(total.chain_id as bigint) as chain_id,
  cast(total.denied_amount as decimal(18, 2)) as denied_amount,
  cast(reason_ranked.reason_code as varchar) as reason_code,
  cast(reason_ranked.group_code as varchar) as group_code,
  cast(reason_ranked.reason_day_id as bigint) as reason_day_id
from total
left join reason_ranked
  on reason_ranked.chain_id = total.chain_id and reason_ranked.preference = 1
