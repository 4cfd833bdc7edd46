-- title: Answered claims by payer, procedure and month of the first answer
-- row: one payer, month and billed code; code is null in the rows that count claims whatever their codes
with
answered as (
  select
    claim_outcome.claim_id,
    coalesce(claim_outcome.payer_id, 'unknown') as payer_id,
    cast(date_trunc('month', claim_outcome.first_response_date) as date) as denial_month
  from mart.claim_outcome as claim_outcome
  where claim_outcome.first_response <> 'no response yet'
),

coded as (
  select distinct
    answered.claim_id,
    answered.payer_id,
    answered.denial_month,
    coalesce(remit_line.submitted_code, remit_line.code, remit_line.revenue_code) as code
  from answered
  inner join mart.first_and_latest_answer as first_and_latest_answer
    on first_and_latest_answer.chain_id = answered.claim_id and first_and_latest_answer.is_first
  inner join core.remit_line as remit_line
    on remit_line.remit_claim_id = first_and_latest_answer.remit_claim_id
  where coalesce(remit_line.submitted_code, remit_line.code, remit_line.revenue_code) is not null
),

counted as (
  select
    answered.payer_id,
    answered.denial_month,
    cast(null as varchar) as code,
    count(*) as claim_count
  from answered
  group by
    answered.payer_id,
    answered.denial_month
  union all
  select
    coded.payer_id,
    coded.denial_month,
    coded.code,
    count(*) as claim_count
  from coded
  group by
    coded.payer_id,
    coded.denial_month,
    coded.code
)

select
  counted.payer_id,
  counted.denial_month,
  counted.code,
  cast(counted.claim_count as bigint) as claim_count
from counted
order by counted.payer_id, counted.denial_month, counted.code nulls first
