-- The service lines of answered claims of some charts, with what the primary payer made of each as its answers stand, and
-- (is_beside) the lines of other answered professional claims of the same patients, billing providers and days, with which
-- they share ranks. The patient's share and sequestration are as the adjustments of the line say.
with answered_claim as (
  select distinct
    answered_line.claim_id,
    answered_line.encounter_id
  from core.answered_line as answered_line
),

chart_claim as (
  select
    answered_claim.claim_id,
    answered_claim.encounter_id
  from answered_claim
  where list_contains($encounter_ids, answered_claim.encounter_id)
),

chart_day as (
  select distinct
    claim.patient_id,
    claim.billing_provider_id,
    claim_line.from_date
  from chart_claim
  inner join core.claim as claim
    on claim.claim_id = chart_claim.claim_id
  inner join core.claim_line as claim_line
    on claim_line.claim_id = claim.claim_id
  where claim.form = 'P'
),

beside_claim as (
  select distinct claim.claim_id
  from answered_claim
  inner join core.claim as claim
    on claim.claim_id = answered_claim.claim_id and claim.form = 'P'
  inner join core.claim_line as claim_line
    on claim_line.claim_id = claim.claim_id
  inner join chart_day
    on chart_day.patient_id = claim.patient_id
    and chart_day.billing_provider_id = claim.billing_provider_id
    and chart_day.from_date = claim_line.from_date
  left join chart_claim
    on chart_claim.claim_id = claim.claim_id
  where chart_claim.claim_id is null
),

asked as (
  select
    chart_claim.claim_id,
    chart_claim.encounter_id,
    false as is_beside
  from chart_claim
  union all
  select
    beside_claim.claim_id,
    cast(null as varchar) as encounter_id,
    true as is_beside
  from beside_claim
),

of_line as (
  select
    answered_line.remit_claim_id,
    answered_line.line_number,
    sum(case when adjustment.group_code = 'PR' and adjustment.reason_code = '1' then adjustment.adjustment_amount else 0 end)
      as deductible_amount,
    sum(case when adjustment.group_code = 'PR' and adjustment.reason_code = '2' then adjustment.adjustment_amount else 0 end)
      as coinsurance_amount,
    sum(case when adjustment.group_code = 'PR' and adjustment.reason_code = '3' then adjustment.adjustment_amount else 0 end)
      as copay_amount,
    sum(case when adjustment.reason_code = '253' then adjustment.adjustment_amount else 0 end) as sequestered_amount
  from core.answered_line as answered_line
  inner join asked
    on asked.claim_id = answered_line.claim_id
  inner join core.remit_line as first_part
    on first_part.remit_claim_id = answered_line.remit_claim_id and first_part.line_number = answered_line.line_number
  inner join core.remit_line as remit_line
    on remit_line.remit_claim_id = first_part.remit_claim_id
    and (
      remit_line.line_number = first_part.line_number
      or remit_line.line_control_number = first_part.line_control_number
    )
  inner join core.adjustment as adjustment
    on adjustment.remit_claim_id = remit_line.remit_claim_id and adjustment.line_number = remit_line.line_number
  group by
    answered_line.remit_claim_id,
    answered_line.line_number
),

answer as (
  select
    answered_line.claim_id,
    answered_line.claim_line_number,
    count(*) as answer_count,
    min(answered_line.payer_key) as payer_key,
    min(answered_line.payer) as payer,
    min(answered_line.filing_code) as filing_code,
    min(answered_line.paid_code) as paid_code,
    sum(answered_line.paid_amount) as paid_amount,
    sum(answered_line.allowed_amount) as allowed_amount,
    sum(coalesce(of_line.deductible_amount, 0)) as deductible_amount,
    sum(coalesce(of_line.coinsurance_amount, 0)) as coinsurance_amount,
    sum(coalesce(of_line.copay_amount, 0)) as copay_amount,
    sum(coalesce(of_line.sequestered_amount, 0)) as sequestered_amount,
    max(case when answered_line.is_refused then 1 else 0 end) = 1 as is_refused,
    max(case when answered_line.is_paid_by_group then 1 else 0 end) = 1 as is_paid_by_group
  from core.answered_line as answered_line
  inner join asked
    on asked.claim_id = answered_line.claim_id
  left join of_line
    on of_line.remit_claim_id = answered_line.remit_claim_id and of_line.line_number = answered_line.line_number
  group by
    answered_line.claim_id,
    answered_line.claim_line_number
)

select
  asked.encounter_id,
  asked.is_beside,
  claim_line.claim_id,
  claim_line.line_number,
  claim.form,
  claim.type_of_bill,
  coalesce(claim.filing_code, answer.filing_code) as filing_code,
  answer.payer_key,
  answer.payer,
  claim.payer_id,
  claim.payer_name,
  claim.patient_id,
  claim.billing_provider_id,
  coalesce(claim.rendering_provider_id, claim.billing_provider_id) as rendering_provider_id,
  case
    when claim.rendering_provider_id is null then claim.billing_taxonomy_code
    else claim.rendering_taxonomy_code
  end as taxonomy,
  coalesce(claim_line.from_date, claim.from_date) as service_date,
  claim_line.code_system,
  claim_line.code,
  claim_line.modifier_1,
  claim_line.modifier_2,
  claim_line.modifier_3,
  claim_line.modifier_4,
  claim_line.unit_code,
  claim_line.unit_count,
  claim_line.charge_amount,
  coalesce(claim_line.place_of_service, claim.place_of_service) as place_of_service,
  coalesce(answer.answer_count, 0) as answer_count,
  answer.paid_code,
  cast(answer.paid_amount as decimal(18, 2)) as paid_amount,
  cast(answer.allowed_amount as decimal(18, 2)) as allowed_amount,
  cast(answer.deductible_amount as decimal(18, 2)) as deductible_amount,
  cast(answer.coinsurance_amount as decimal(18, 2)) as coinsurance_amount,
  cast(answer.copay_amount as decimal(18, 2)) as copay_amount,
  cast(answer.sequestered_amount as decimal(18, 2)) as sequestered_amount,
  coalesce(answer.is_refused, false) as is_refused,
  coalesce(answer.is_paid_by_group, false) as is_paid_by_group
from asked
inner join core.claim as claim
  on claim.claim_id = asked.claim_id
inner join core.claim_line as claim_line
  on claim_line.claim_id = asked.claim_id
left join answer
  on answer.claim_id = claim_line.claim_id and answer.claim_line_number = claim_line.line_number
where claim_line.code is not null
order by asked.is_beside, asked.encounter_id, claim_line.claim_id, claim_line.line_number
