-- title: What each adjustment of an answer is
-- row: one adjustment of an answer of the primary payer
-- key: remit_claim_id, adjustment_number
-- needs: mart.payer_response
-- cut: patient_control_number
-- rule: a denial where its reason refuses, in any group; unmapped where neither the project's list nor a user's own has
--   the reason; of the other reasons, what the contract takes off (groups CO and PI) is contractual and all else is
--   other. Adjustments without a known group are other, whatever their reason
-- source: X12 claim adjustment group codes; docs/measures/claim_outcome.md
select
  cast(adjustment.remit_claim_id as bigint) as remit_claim_id,
  cast(adjustment.adjustment_number as bigint) as adjustment_number,
  cast(adjustment.line_number as bigint) as line_number,
  cast(adjustment.group_code as varchar) as group_code,
  cast(adjustment.reason_code as varchar) as reason_code,
  cast(adjustment.adjustment_amount as decimal(18, 2)) as adjustment_amount,
  cast(
    case
      when coalesce(adjustment.group_code, '') not in ('CO', 'PI', 'OA', 'PR') then 'other'
      when denial_reason_day.reason_code is null then 'unmapped'
      when denial_reason_day.is_denial then 'denial'
      when adjustment.group_code in ('CO', 'PI') then 'contractual'
      else 'other'
    end as varchar
  ) as adjustment_class,
  cast(denial_reason_day.reason_day_id as bigint) as reason_day_id
from core.adjustment as adjustment
inner join mart.payer_response as payer_response
  on payer_response.remit_claim_id = adjustment.remit_claim_id and payer_response.answer_number is not null
inner join core.remit_claim as remit_claim
  on remit_claim.remit_claim_id = adjustment.remit_claim_id
inner join core.remittance as remittance
  on remittance.remittance_id = remit_claim.remittance_id
left join mart.denial_reason_day as denial_reason_day
  on denial_reason_day.reason_code = adjustment.reason_code
  and denial_reason_day.payer_id = coalesce(upper(trim(remittance.payer_id)), '')
  and denial_reason_day.payer_name = coalesce(upper(trim(remittance.payer_name)), '')
  and denial_reason_day.filing_code = coalesce(remit_claim.filing_code, '')
  and denial_reason_day.payment_day = coalesce(payer_response.payment_date, date '9999-12-31')
