-- title: Which answers are the first and which the latest state of a claim
-- row: one answer of the primary payer to a chain of claims
-- key: remit_claim_id
-- needs: mart.payer_response
-- cut: patient_control_number
-- rule: the first answer is answer 1 with those after it, and the latest the last one that stands with those before it,
--   as long as their charges together stay within the charge that was submitted: a payer may split one claim.
--   Reversed answers are no latest ones, duplicate denials neither, and in the first they are skipped
with judged as (
  select
    payer_response.chain_id,
    payer_response.remit_claim_id,
    payer_response.answer_number,
    payer_response.charge_amount,
    payer_response.submitted_amount,
    not payer_response.is_reversed as is_standing
  from mart.payer_response as payer_response
  inner join mart.claim_decision as claim_decision
    on claim_decision.remit_claim_id = payer_response.remit_claim_id and not claim_decision.is_duplicate_denial
),

onward as (
  select
    judged.chain_id,
    judged.remit_claim_id,
    judged.answer_number,
    sum(judged.charge_amount) over (
      partition by judged.chain_id
      order by judged.answer_number
      rows between unbounded preceding and current row
    ) as running_amount
  from judged
),

backward as (
  select
    judged.remit_claim_id,
    row_number() over (
      partition by judged.chain_id
      order by judged.answer_number desc
    ) as step_number,
    sum(judged.charge_amount) over (
      partition by judged.chain_id
      order by judged.answer_number desc
      rows between unbounded preceding and current row
    ) as running_amount,
    first_value(judged.submitted_amount) over (
      partition by judged.chain_id
      order by judged.answer_number desc
    ) as submitted_amount
  from judged
  where judged.is_standing
)

select
  cast(onward.chain_id as bigint) as chain_id,
  cast(onward.remit_claim_id as bigint) as remit_claim_id,
  coalesce(onward.answer_number = 1 or onward.running_amount <= claim.charge_amount, false) as is_first,
  coalesce(backward.step_number = 1 or backward.running_amount <= backward.submitted_amount, false) as is_latest
from onward
inner join core.claim as claim
  on claim.claim_id = onward.chain_id
left join backward
  on backward.remit_claim_id = onward.remit_claim_id
order by onward.remit_claim_id
