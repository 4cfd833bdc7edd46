-- title: Claims that were loaded, by form
-- row: one form
with claimed as (
  select
    claim.form,
    count(*) as claim_count,
    count(distinct claim.patient_control_number) as account_count,
    sum(case when claim.payer_sequence in ('S', 'T') then 1 else 0 end) as later_payer_claim_count,
    sum(case when claim.frequency_code in ('5', '6', '7', '8') then 1 else 0 end) as replacement_claim_count,
    sum(claim.charge_amount) as charge_amount
  from core.claim as claim
  group by claim.form
),

lined as (
  select
    claim.form,
    count(*) as line_count,
    sum(claim_line.charge_amount) as charge_amount
  from core.claim_line as claim_line
  inner join core.claim as claim
    on claim.claim_id = claim_line.claim_id
  group by claim.form
),

original as (
  select
    claim_outcome.form,
    count(*) as claim_count
  from mart.claim_outcome as claim_outcome
  group by claim_outcome.form
)

select
  cast(claimed.form as varchar) as form,
  cast(claimed.claim_count as bigint) as claim_count,
  cast(claimed.account_count as bigint) as account_count,
  cast(coalesce(original.claim_count, 0) as bigint) as original_claim_count,
  cast(claimed.later_payer_claim_count as bigint) as later_payer_claim_count,
  cast(claimed.replacement_claim_count as bigint) as replacement_claim_count,
  cast(coalesce(lined.line_count, 0) as bigint) as line_count,
  cast(claimed.charge_amount as decimal(18, 2)) as charge_amount,
  cast(coalesce(lined.charge_amount, 0) as decimal(18, 2)) as line_charge_amount
from claimed
left join lined
  on lined.form = claimed.form
left join original
  on original.form = claimed.form
order by form
