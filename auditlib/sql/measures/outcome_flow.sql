-- title: The way of every original claim from submission to its latest outcome
-- row: one path; each original claim is on exactly one path
-- rule: a claim whose chain was rejected at the front end before its first response shows that as its first response; it
--   was reworked where it was sent again after that, and its outcome is the rejection where its latest claim was rejected
with rejected as (
  select
    claim_chain.chain_id,
    min(coalesce(front_end_rejection.rejection_date, date '0001-01-01')) as first_rejection_day,
    max(coalesce(claim.submit_date, date '0001-01-01')) as last_rejected_day,
    max(claim.claim_id) as last_rejected_id,
    max(case when front_end_rejection.later_accepted_date is null then claim.claim_id end) as last_unaccepted_id
  from core.front_end_rejection as front_end_rejection
  inner join core.claim_chain as claim_chain
    on claim_chain.claim_id = front_end_rejection.claim_id and claim_chain.chain_id is not null
  inner join core.claim as claim
    on claim.claim_id = front_end_rejection.claim_id
  where claim_chain.relation <> 'to a later payer'
  group by claim_chain.chain_id
),

sent as (
  select
    claim_chain.chain_id,
    max(coalesce(claim.submit_date, date '0001-01-01')) as last_sent_day,
    max(claim.claim_id) as last_sent_id
  from core.claim_chain as claim_chain
  inner join core.claim as claim
    on claim.claim_id = claim_chain.claim_id
  where claim_chain.relation <> 'to a later payer'
  group by claim_chain.chain_id
),

path as (
  select
    claim_outcome.claim_id,
    case
      when rejected.chain_id is not null
        and (
          claim_outcome.first_response_date is null
          or rejected.first_rejection_day <= claim_outcome.first_response_date
        ) then 'rejected before adjudication'
      else claim_outcome.first_response
    end as first_response,
    claim_outcome.is_reworked
      or coalesce(
        sent.last_sent_day > rejected.last_rejected_day
        or (sent.last_sent_day = rejected.last_rejected_day and sent.last_sent_id > rejected.last_rejected_id),
        false
      ) as is_reworked,
    case
      when claim_outcome.final_outcome = 'no response yet'
        and rejected.last_rejected_day = sent.last_sent_day
        and rejected.last_unaccepted_id = sent.last_sent_id then 'rejected before adjudication'
      else claim_outcome.final_outcome
    end as final_outcome,
    claim_outcome.charge_amount,
    claim_outcome.denied_amount,
    claim_outcome.paid_amount
  from mart.claim_outcome as claim_outcome
  left join rejected
    on rejected.chain_id = claim_outcome.claim_id
  left join sent
    on sent.chain_id = claim_outcome.claim_id
)

select
  cast(path.first_response as varchar) as first_response,
  cast(path.is_reworked as boolean) as is_reworked,
  cast(path.final_outcome as varchar) as final_outcome,
  cast(count(*) as bigint) as claim_count,
  cast(sum(path.charge_amount) as decimal(18, 2)) as charge_amount,
  cast(sum(path.denied_amount) as decimal(18, 2)) as denied_amount,
  cast(sum(path.paid_amount) as decimal(18, 2)) as paid_amount
from path
group by
  path.first_response,
  path.is_reworked,
  path.final_outcome
order by first_response, is_reworked, final_outcome
