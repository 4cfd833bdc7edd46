-- Why payers took what off one encounter's charges, in the words of the list that holds for the payer; payments belong
-- to the encounter as in encounter_payment.
select
  remittance.payment_date,
  adjustment.line_number,
  adjustment.group_code,
  adjustment.reason_code,
  coalesce(denial_reason_day.label, denial_reason.label) as reason_label,
  coalesce(denial_reason_day.is_denial, denial_reason.is_denial) as is_denial,
  adjustment.adjustment_amount
from core.adjustment as adjustment
inner join core.remit_claim as remit_claim
  on remit_claim.remit_claim_id = adjustment.remit_claim_id
inner join core.remittance as remittance
  on remittance.remittance_id = remit_claim.remittance_id
left join mart.adjustment_class as adjustment_class
  on adjustment_class.remit_claim_id = adjustment.remit_claim_id
  and adjustment_class.adjustment_number = adjustment.adjustment_number
left join mart.denial_reason_day as denial_reason_day
  on denial_reason_day.reason_day_id = adjustment_class.reason_day_id
-- Reversals and later payers are judged by no model: the project's word for their reasons is shown.
left join ref.denial_reason as denial_reason
  on denial_reason.reason_code = adjustment.reason_code
  and denial_reason.stated_by = 'project'
  and denial_reason.payer_class is null
left join core.claim_link as claim_link
  on claim_link.remit_claim_id = remit_claim.remit_claim_id
left join core.claim_encounter as claim_encounter
  on claim_encounter.claim_id = claim_link.claim_id
where
  claim_encounter.encounter_id = $encounter_id
  or (
    claim_encounter.encounter_id is null
    and remit_claim.patient_control_number = $encounter_id
    and not exists (
      select 1
      from core.claim as claim
      inner join core.claim_encounter as other_encounter
        on other_encounter.claim_id = claim.claim_id
      where claim.patient_control_number = $encounter_id and other_encounter.encounter_id <> $encounter_id
    )
  )
order by remittance.payment_date, remit_claim.remit_claim_id, adjustment.adjustment_number
