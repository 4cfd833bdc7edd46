-- id: RED-01
-- title: Procedure paid under another code than billed
-- version: 1
-- unit: answered service line with a procedure code that is not refused
-- severity: R
-- settings: professional, institutional, dental
-- authority: ASC X12N 005010X221A1 (835), 2110 SVC01 and SVC06
-- needs: nothing beyond claims and remittances
-- fix: Compare the record with both codes; ask for a reopening or appeal where it supports the billed one
-- effective: 2000-01-01
--
-- A lower level of the same kind of visit is RED-04, a code of another line RED-05.
with
eligible as (
  select
    answered.remit_claim_id,
    1 as counted_as,
    true as is_checked
  from core.answered_line as answered
  where not answered.is_refused and not answered.is_paid_by_group
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
      'Billed ',
      reduced_payment.billed_code,
      ', paid as ',
      reduced_payment.paid_code,
      reduced_payment.payment_text
    ) as detail,
    reduced_payment.release,
    reduced_payment.lost_amount as at_stake_amount
  from core.reduced_payment as reduced_payment
  where reduced_payment.reduction = 'code'
)
