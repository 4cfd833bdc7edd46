-- title: The days of each original claim: sent, answered, denied, settled
-- row: one original claim to its primary payer
-- rule: a claim is settled on the first day of an answer that stands and neither refuses it as a whole nor leaves it
--   unpaid for reasons of no list
with
answer as (
  select
    payer_response.chain_id,
    min(
      case
        when not payer_response.is_reversed and not claim_decision.is_denied and not claim_decision.is_unmapped
          then payer_response.payment_date
      end
    ) as settled_date
  from mart.payer_response as payer_response
  inner join mart.claim_decision as claim_decision
    on claim_decision.remit_claim_id = payer_response.remit_claim_id
  group by payer_response.chain_id
),

denied as (
  select
    denied_line.claim_id,
    min(denied_line.denial_date) as first_denial_date,
    sum(case when denied_line.is_initial then denied_line.denied_amount else 0 end) as initial_denied_amount
  from mart.denied_line as denied_line
  group by denied_line.claim_id
)

select
  claim_outcome.claim_id,
  coalesce(claim_outcome.payer_id, 'unknown') as payer_id,
  min(coalesce(claim_outcome.payer_name, claim_outcome.payer_id, 'unknown'))
    over (partition by coalesce(claim_outcome.payer_id, 'unknown')) as payer_name,
  claim_outcome.submit_date,
  claim_outcome.charge_amount,
  claim_outcome.first_response,
  claim_outcome.first_response_date,
  claim_outcome.is_reworked,
  claim_outcome.final_outcome,
  cast(answer.settled_date as date) as settled_date,
  cast(denied.first_denial_date as date) as first_denial_date,
  cast(coalesce(denied.initial_denied_amount, 0) as decimal(18, 2)) as initial_denied_amount
from mart.claim_outcome as claim_outcome
left join answer
  on answer.chain_id = claim_outcome.claim_id
left join denied
  on denied.claim_id = claim_outcome.claim_id
order by claim_outcome.claim_id
