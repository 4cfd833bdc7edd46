-- id: RED-02
-- title: Stay paid under another group than billed
-- version: 1
-- unit: answered stay with a billed or paid DRG that is not refused
-- severity: R
-- settings: inpatient
-- authority: ASC X12N 005010X221A1 (835), 2100 CLP11; 005010X223A2 (837), HI*DR
-- needs: the DRG of the claim and of the payment as three digits; for the dollars, the relative weights of the day of discharge
-- fix: Regroup the stay by its record; appeal where it supports the billed group
-- effective: 2007-10-01
--
-- Where both weights are known, a group that weighs no less is no reduction.
with
eligible as (
  select
    answered.remit_claim_id,
    1 as counted_as,
    answered.billed_drg is not null and answered.paid_drg is not null as is_checked
  from core.answered_stay as answered
  where not answered.is_denied
),

violating as (
  select
    reduced_payment.claim_id,
    reduced_payment.encounter_id,
    reduced_payment.item_number,
    reduced_payment.code_system,
    reduced_payment.billed_code as code,
    reduced_payment.paid_code as related_code,
    reduced_payment.service_date,
    concat(
      'Billed group ',
      reduced_payment.billed_code,
      ', paid as ',
      reduced_payment.paid_code,
      reduced_payment.payment_text
    ) as detail,
    reduced_payment.release,
    reduced_payment.lost_amount as at_stake_amount
  from core.reduced_payment as reduced_payment
  where reduced_payment.reduction = 'payment group'
)
