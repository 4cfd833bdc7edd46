-- title: Claims by payer, month, response, denial reason and outcome
-- row: one combination of the dimensions; each original claim is in exactly one row, so sums of rows are counts of claims
with outcome as (
  select
    claim_outcome.claim_id,
    claim_outcome.form,
    coalesce(claim_outcome.payer_id, 'unknown') as payer_id,
    coalesce(claim_outcome.payer_name, claim_outcome.payer_id, 'unknown') as payer_name,
    date_trunc('month', claim_outcome.submit_date) as submit_month,
    date_trunc('month', claim_outcome.first_response_date) as response_month,
    claim_outcome.first_response,
    claim_outcome.is_reworked,
    claim_outcome.final_outcome,
    claim_outcome.denial_reason_code,
    claim_outcome.denial_group_code,
    case
      when claim_outcome.denied_amount = 0 then null
      when claim_outcome.denial_reason_code is null then 'no reason given'
      else coalesce(denial_reason_day.label, 'unmapped')
    end as reason_label,
    case
      when claim_outcome.denied_amount = 0 then null
      when claim_outcome.denial_reason_code is null then 'no reason given'
      else coalesce(denial_reason_day.denial_category, 'unmapped')
    end as denial_category,
    claim_outcome.may_be_denied,
    claim_outcome.unmapped_amount > 0 as is_unmapped,
    claim_outcome.unmapped_amount,
    claim_outcome.charge_amount,
    claim_outcome.denied_amount,
    claim_outcome.paid_amount,
    claim_outcome.secondary_paid_amount,
    claim_outcome.patient_responsibility_amount
  from mart.claim_outcome as claim_outcome
  left join mart.denial_reason_day as denial_reason_day
    on denial_reason_day.reason_day_id = claim_outcome.denial_reason_day_id
)

select
  cast(outcome.form as varchar) as form,
  cast(outcome.payer_id as varchar) as payer_id,
  cast(min(outcome.payer_name) as varchar) as payer_name,
  cast(outcome.submit_month as date) as submit_month,
  cast(outcome.response_month as date) as response_month,
  cast(outcome.first_response as varchar) as first_response,
  cast(outcome.is_reworked as boolean) as is_reworked,
  cast(outcome.final_outcome as varchar) as final_outcome,
  cast(outcome.denial_reason_code as varchar) as denial_reason_code,
  cast(outcome.denial_group_code as varchar) as denial_group_code,
  cast(outcome.reason_label as varchar) as reason_label,
  cast(outcome.denial_category as varchar) as denial_category,
  cast(outcome.may_be_denied as boolean) as may_be_denied,
  cast(outcome.is_unmapped as boolean) as is_unmapped,
  cast(count(*) as bigint) as claim_count,
  cast(sum(outcome.charge_amount) as decimal(18, 2)) as charge_amount,
  cast(sum(outcome.denied_amount) as decimal(18, 2)) as denied_amount,
  cast(sum(outcome.unmapped_amount) as decimal(18, 2)) as unmapped_amount,
  cast(sum(outcome.paid_amount) as decimal(18, 2)) as paid_amount,
  cast(sum(outcome.secondary_paid_amount) as decimal(18, 2)) as secondary_paid_amount,
  cast(sum(outcome.patient_responsibility_amount) as decimal(18, 2)) as patient_responsibility_amount
from outcome
group by
  outcome.form,
  outcome.payer_id,
  outcome.submit_month,
  outcome.response_month,
  outcome.first_response,
  outcome.is_reworked,
  outcome.final_outcome,
  outcome.denial_reason_code,
  outcome.denial_group_code,
  outcome.reason_label,
  outcome.denial_category,
  outcome.may_be_denied,
  outcome.is_unmapped
order by
  form,
  payer_id,
  submit_month,
  response_month,
  first_response,
  is_reworked,
  final_outcome,
  denial_reason_code,
  denial_group_code,
  reason_label,
  denial_category,
  may_be_denied,
  is_unmapped
