-- title: Claims by payer, month, response and outcome
-- row: one combination of the dimensions; each original claim is in exactly one row, so sums of rows are counts of claims
select
  cast(claim_outcome.form as varchar) as form,
  cast(coalesce(claim_outcome.payer_id, 'unknown') as varchar) as payer_id,
  cast(min(coalesce(claim_outcome.payer_name, claim_outcome.payer_id, 'unknown')) as varchar) as payer_name,
  cast(date_trunc('month', claim_outcome.submit_date) as date) as submit_month,
  cast(date_trunc('month', claim_outcome.first_response_date) as date) as response_month,
  cast(claim_outcome.first_response as varchar) as first_response,
  cast(claim_outcome.final_outcome as varchar) as final_outcome,
  cast(claim_outcome.may_be_denied as boolean) as may_be_denied,
  cast(claim_outcome.unmapped_amount > 0 as boolean) as is_unmapped,
  cast(count(*) as bigint) as claim_count,
  cast(sum(claim_outcome.charge_amount) as decimal(18, 2)) as charge_amount,
  cast(sum(claim_outcome.denied_amount) as decimal(18, 2)) as denied_amount,
  cast(sum(claim_outcome.unmapped_amount) as decimal(18, 2)) as unmapped_amount
from mart.claim_outcome as claim_outcome
group by
  claim_outcome.form,
  coalesce(claim_outcome.payer_id, 'unknown'),
  date_trunc('month', claim_outcome.submit_date),
  date_trunc('month', claim_outcome.first_response_date),
  claim_outcome.first_response,
  claim_outcome.final_outcome,
  claim_outcome.may_be_denied,
  claim_outcome.unmapped_amount > 0
order by
  form,
  payer_id,
  submit_month,
  response_month,
  first_response,
  final_outcome,
  may_be_denied,
  is_unmapped
