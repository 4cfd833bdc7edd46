-- title: Claims that were loaded, by form
-- row: one form
with line_total as (
  select
    claim_line.claim_id,
    count(*) as line_count,
    sum(claim_line.charge_amount) as charge_amount
  from core.claim_line as claim_line
  group by claim_line.claim_id
),

original as (
  select
    claim_outcome.claim_id
  from mart.claim_outcome as claim_outcome
)

select
  cast(claim.form as varchar) as form,
  cast(count(*) as bigint) as claim_count,
  cast(count(distinct claim.patient_control_number) as bigint) as account_count,
  cast(sum(case when original.claim_id is not null then 1 else 0 end) as bigint) as original_claim_count,
  cast(sum(case when claim.payer_sequence in ('S', 'T') then 1 else 0 end) as bigint) as later_payer_claim_count,
  cast(sum(case when claim.frequency_code in ('5', '6', '7', '8') then 1 else 0 end) as bigint) as replacement_claim_count,
  cast(sum(coalesce(line_total.line_count, 0)) as bigint) as line_count,
  cast(sum(claim.charge_amount) as decimal(18, 2)) as charge_amount,
  cast(sum(coalesce(line_total.charge_amount, 0)) as decimal(18, 2)) as line_charge_amount
from core.claim as claim
left join line_total
  on line_total.claim_id = claim.claim_id
left join original
  on original.claim_id = claim.claim_id
group by claim.form
order by form
