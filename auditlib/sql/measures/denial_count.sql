-- title: Denied claims by payer, month, response, denial reason and outcome
-- row: one combination of the dimensions; each original claim of which something was denied is in exactly one row, so sums
--   of rows are counts of claims
with outcome as (
  select
    claim_outcome.form,
    coalesce(claim_outcome.payer_id, 'unknown') as payer_id,
    date_trunc('month', claim_outcome.submit_date) as submit_month,
    date_trunc('month', claim_outcome.first_response_date) as response_month,
    claim_outcome.first_response,
    claim_outcome.final_outcome,
    claim_outcome.denial_reason_code,
    claim_outcome.denial_group_code,
    case
      when claim_outcome.denial_reason_code is null then 'no reason given'
      else coalesce(denial_reason_day.label, 'unmapped')
    end as reason_label,
    case
      when claim_outcome.denial_reason_code is null then 'no reason given'
      else coalesce(denial_reason_day.denial_category, 'unmapped')
    end as denial_category,
    claim_outcome.denied_amount
  from mart.claim_outcome as claim_outcome
  left join mart.denial_reason_day as denial_reason_day
    on denial_reason_day.reason_day_id = claim_outcome.denial_reason_day_id
  where claim_outcome.denied_amount <> 0
)

select
  cast(outcome.form as varchar) as form,
  cast(outcome.payer_id as varchar) as payer_id,
  cast(outcome.submit_month as date) as submit_month,
  cast(outcome.response_month as date) as response_month,
  cast(outcome.first_response as varchar) as first_response,
  cast(outcome.final_outcome as varchar) as final_outcome,
  cast(outcome.denial_reason_code as varchar) as denial_reason_code,
  cast(outcome.denial_group_code as varchar) as denial_group_code,
  cast(outcome.reason_label as varchar) as reason_label,
  cast(outcome.denial_category as varchar) as denial_category,
  cast(count(*) as bigint) as claim_count,
  cast(sum(outcome.denied_amount) as decimal(18, 2)) as denied_amount
from outcome
group by
  outcome.form,
  outcome.payer_id,
  outcome.submit_month,
  outcome.response_month,
  outcome.first_response,
  outcome.final_outcome,
  outcome.denial_reason_code,
  outcome.denial_group_code,
  outcome.reason_label,
  outcome.denial_category
order by
  form,
  payer_id,
  submit_month,
  response_month,
  first_response,
  final_outcome,
  denial_reason_code,
  denial_group_code,
  reason_label,
  denial_category
