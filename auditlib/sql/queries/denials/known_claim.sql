-- title: What is known of claims by their number or id
-- row: one original claim to a primary payer that has one of the numbers or ids of _asked
with
denied as (
  select
    denied_line.claim_id,
    min(denied_line.denial_date) as denial_date
  from mart.denied_line as denied_line
  group by denied_line.claim_id
),

answered as (
  select
    payer_response.chain_id,
    max(payer_response.payment_date) as last_answer_date
  from mart.payer_response as payer_response
  where payer_response.answer_number is not null
  group by payer_response.chain_id
),

requested as (
  select
    record_request.claim_id,
    max(record_request.request_date) as request_date
  from mart.record_request as record_request
  group by record_request.claim_id
)

select
  claim_outcome.claim_id,
  claim_outcome.patient_control_number,
  coalesce(claim_outcome.payer_id, 'unknown') as payer_id,
  coalesce(claim_outcome.payer_name, claim_outcome.payer_id, 'unknown') as payer_name,
  claim.filing_code,
  claim_outcome.from_date,
  claim_outcome.submit_date,
  claim_outcome.charge_amount,
  denied.denial_date,
  answered.last_answer_date,
  requested.request_date
from mart.claim_outcome as claim_outcome
inner join core.claim as claim
  on claim.claim_id = claim_outcome.claim_id
left join denied
  on denied.claim_id = claim_outcome.claim_id
left join answered
  on answered.chain_id = claim_outcome.claim_id
left join requested
  on requested.claim_id = claim_outcome.claim_id
where
  claim_outcome.patient_control_number in (select asked.number from _asked as asked where asked.number is not null)
  or claim_outcome.claim_id in (select asked.claim_id from _asked as asked where asked.claim_id is not null)
order by claim_outcome.claim_id
