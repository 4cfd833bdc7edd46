-- title: The denied lines with all that they are counted by
-- row: one denied line of mart.denied_line
-- rule: soft is a denial that a corrected claim, records or a registration can undo; hard is one that only an appeal or
--   nobody can. A denial is caught where a check that its reason names has a finding on the claim
with
checked as (
  select
    denied_line.claim_id,
    denied_line.denial_number,
    concat(',', replace(denial_reason_day.check_id, ' ', ''), ',') as check_ids
  from mart.denied_line as denied_line
  inner join mart.denial_reason_day as denial_reason_day
    on denial_reason_day.reason_day_id = denied_line.reason_day_id and denial_reason_day.check_id is not null
),

caught as (
  select distinct
    checked.claim_id,
    checked.denial_number
  from checked
  inner join mart.finding as finding
    on finding.claim_id = checked.claim_id and checked.check_ids like concat('%,', finding.check_id, ',%')
)

select
  denied_line.claim_id,
  denied_line.denial_number,
  claim_outcome.encounter_id,
  claim_outcome.patient_control_number,
  claim_outcome.form,
  coalesce(claim_outcome.payer_id, 'unknown') as payer_id,
  min(coalesce(claim_outcome.payer_name, claim_outcome.payer_id, 'unknown'))
    over (partition by coalesce(claim_outcome.payer_id, 'unknown')) as payer_name,
  claim.filing_code,
  coalesce(claim.rendering_provider_id, claim.billing_provider_id) as provider_id,
  claim_outcome.submit_date,
  cast(date_trunc('month', claim_outcome.submit_date) as date) as submit_month,
  claim_outcome.from_date,
  denied_line.remit_claim_id,
  denied_line.line_number,
  denied_line.code,
  denied_line.is_initial,
  denied_line.denial_date,
  cast(date_trunc('month', denied_line.denial_date) as date) as denial_month,
  denied_line.group_code,
  denied_line.reason_code,
  case
    when denied_line.reason_code is null then 'no reason given'
    else coalesce(denial_reason_day.label, 'unmapped')
  end as reason_label,
  case
    when denied_line.reason_code is null then 'no reason given'
    else coalesce(denial_reason_day.denial_category, 'unmapped')
  end as denial_category,
  denied_line.remark_codes,
  case
    when denied_line.is_unprocessable then 'soft'
    when denial_reason_day.denial_category is null then 'unmapped'
    when denial_reason_day.denial_category
      in ('coding', 'bundling', 'technical', 'documentation', 'eligibility', 'COB', 'credential', 'duplicate')
      then 'soft'
    when denial_reason_day.denial_category
      in ('medical necessity', 'authorization', 'coverage', 'timely filing', 'contract')
      then 'hard'
    else 'unmapped'
  end as hardness,
  denied_line.stated_ground,
  denial_reason_day.owner,
  coalesce(denial_reason_day.is_preventable, 'unknown') as is_preventable,
  denial_reason_day.check_id,
  case
    when caught.claim_id is not null then 'caught'
    when denial_reason_day.check_id is not null then 'not caught'
    else 'no check'
  end as check_state,
  denied_line.denied_amount,
  denied_line.denial_count,
  denied_line.latest_denial_date,
  denied_line.latest_reason_code,
  denied_line.final_state,
  denied_line.is_unprocessable
from mart.denied_line as denied_line
inner join mart.claim_outcome as claim_outcome
  on claim_outcome.claim_id = denied_line.claim_id
inner join core.claim as claim
  on claim.claim_id = denied_line.claim_id
left join mart.denial_reason_day as denial_reason_day
  on denial_reason_day.reason_day_id = denied_line.reason_day_id
left join caught
  on caught.claim_id = denied_line.claim_id and caught.denial_number = denied_line.denial_number
order by denied_line.claim_id, denied_line.denial_number
