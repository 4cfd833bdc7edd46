-- title: What the primary payer paid for claims, when, and what it took back before and after a day
-- row: one original claim of _claim (claim_id, known_date: the day of the review or of its identification)
-- rule: paid is the most that the claim payments come to on any day; taken back is by how much they come to less on the day
--   and at last, and recoveries (PLB) that follow no reversal, which would be the same dollars twice
with
asked as (
  select
    claim.claim_id,
    claim.known_date
  from _claim as claim
),

answer as (
  select
    payer_response.chain_id,
    coalesce(payer_response.payment_date, date '0001-01-01') as payment_day,
    sum(payer_response.paid_amount) as paid_amount,
    max(case when payer_response.paid_amount > 0 then payer_response.payment_date end) as received_date,
    max(case when payer_response.paid_amount > 0 and payer_response.payment_date is null then 1 else 0 end) as is_undated
  from mart.payer_response as payer_response
  inner join asked
    on asked.claim_id = payer_response.chain_id
  where payer_response.is_primary
  group by
    payer_response.chain_id,
    coalesce(payer_response.payment_date, date '0001-01-01')
),

running as (
  select
    answer.chain_id,
    answer.payment_day,
    answer.received_date,
    answer.is_undated,
    sum(answer.paid_amount) over (
      partition by answer.chain_id
      order by answer.payment_day
      rows between unbounded preceding and current row
    ) as running_amount,
    row_number() over (
      partition by answer.chain_id
      order by answer.payment_day desc
    ) as from_last
  from answer
),

known as (
  select
    running.chain_id,
    max(running.payment_day) as last_known_day,
    max(running.running_amount) as highest_known_amount
  from running
  inner join asked
    on asked.claim_id = running.chain_id and running.payment_day <= asked.known_date
  group by running.chain_id
),

paid as (
  select
    running.chain_id,
    min(running.received_date) as first_received_date,
    max(running.received_date) as last_received_date,
    max(running.is_undated) as is_undated,
    max(running.running_amount) as paid_amount,
    max(case when running.from_last = 1 then running.running_amount end) as held_amount,
    max(case when running.payment_day = known.last_known_day then running.running_amount end) as known_amount,
    max(known.highest_known_amount) as highest_known_amount
  from running
  left join known
    on known.chain_id = running.chain_id
  group by running.chain_id
),

reversed_account as (
  select
    payer_response.chain_id,
    min(payer_response.payment_date) as first_reversal_date
  from mart.payer_response as payer_response
  inner join asked
    on asked.claim_id = payer_response.chain_id
  where payer_response.is_primary and payer_response.is_reversal
  group by payer_response.chain_id
),

recovered as (
  select
    claim_chain.chain_id,
    sum(case when remittance.payment_date > asked.known_date then take_back.adjustment_amount else 0 end) as later_amount,
    sum(case when remittance.payment_date > asked.known_date then 0 else take_back.adjustment_amount end) as earlier_amount
  from mart.take_back as take_back
  inner join core.remittance as remittance
    on remittance.remittance_id = take_back.remittance_id
  inner join core.claim_chain as claim_chain
    on claim_chain.claim_id = take_back.claim_id
  inner join asked
    on asked.claim_id = claim_chain.chain_id
  left join reversed_account
    on reversed_account.chain_id = claim_chain.chain_id
  where
    take_back.kind in ('recovery', 'balance settled')
    and take_back.adjustment_amount > 0
    and (reversed_account.first_reversal_date is null or remittance.payment_date < reversed_account.first_reversal_date)
  group by claim_chain.chain_id
)

select
  claim_outcome.claim_id,
  claim_outcome.patient_control_number,
  coalesce(claim_outcome.payer_id, 'unknown') as payer_id,
  coalesce(claim_outcome.payer_name, claim_outcome.payer_id, 'unknown') as payer_name,
  claim.filing_code,
  claim_outcome.from_date,
  cast(paid.paid_amount as decimal(18, 2)) as paid_amount,
  case when paid.is_undated = 0 then paid.first_received_date end as first_received_date,
  case when paid.is_undated = 0 then paid.last_received_date end as last_received_date,
  cast(
    case
      when coalesce(paid.known_amount, 0) > paid.held_amount then coalesce(paid.known_amount, 0) - paid.held_amount
      else 0
    end + coalesce(recovered.later_amount, 0) as decimal(18, 2)
  ) as taken_back_amount,
  cast(
    coalesce(paid.highest_known_amount, 0) - coalesce(paid.known_amount, 0) + coalesce(recovered.earlier_amount, 0)
    as decimal(18, 2)
  ) as taken_back_before_amount
from mart.claim_outcome as claim_outcome
inner join asked
  on asked.claim_id = claim_outcome.claim_id
inner join core.claim as claim
  on claim.claim_id = claim_outcome.claim_id
left join paid
  on paid.chain_id = claim_outcome.claim_id
left join recovered
  on recovered.chain_id = claim_outcome.claim_id
order by claim_outcome.claim_id
