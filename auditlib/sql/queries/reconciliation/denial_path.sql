-- title: Followed claims by first response and latest outcome, with what was denied at first and is denied now
-- row: one first response and outcome
with latest as (
  select
    first_and_latest_answer.chain_id,
    sum(claim_decision.denied_amount) as denied_amount
  from mart.first_and_latest_answer as first_and_latest_answer
  inner join mart.claim_decision as claim_decision
    on claim_decision.remit_claim_id = first_and_latest_answer.remit_claim_id
  where first_and_latest_answer.is_latest
  group by first_and_latest_answer.chain_id
)

select
  claim_outcome.first_response,
  claim_outcome.final_outcome,
  claim_outcome.paid_amount > 0 as is_paid,
  cast(count(*) as bigint) as claim_count,
  cast(sum(claim_outcome.charge_amount) as decimal(18, 2)) as charge_amount,
  cast(sum(case when claim_outcome.denied_amount > 0 then 1 else 0 end) as bigint) as denied_count,
  cast(sum(claim_outcome.denied_amount) as decimal(18, 2)) as first_denied_amount,
  cast(sum(coalesce(latest.denied_amount, 0)) as decimal(18, 2)) as latest_denied_amount
from mart.claim_outcome as claim_outcome
left join latest
  on latest.chain_id = claim_outcome.claim_id
group by all
order by all
