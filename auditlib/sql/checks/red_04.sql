-- id: RED-04
-- title: Visit paid at a lower level than billed
-- version: 1
-- unit: answered service line with a visit that has levels and is not refused
-- severity: R
-- settings: professional, outpatient
-- authority: ASC X12N 005010X221A1 (835), 2110 SVC01 and SVC06; CMS physician fee schedule (levels of visits)
-- needs: nothing beyond claims and remittances
-- fix: Compare the record with both levels; ask for a reopening or appeal where it supports the billed one
-- effective: 2000-01-01
--
-- Of two codes of one kind of visit the higher number is the higher level.
with
eligible as (
  select
    answered.remit_claim_id,
    1 as counted_as,
    true as is_checked
  from core.answered_line as answered
  inner join core.visit_code as visit_code
    on visit_code.code = answered.billed_code
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
      ', paid as the lower level ',
      reduced_payment.paid_code,
      reduced_payment.payment_text
    ) as detail,
    reduced_payment.release,
    reduced_payment.lost_amount as at_stake_amount
  from core.reduced_payment as reduced_payment
  where reduced_payment.reduction = 'visit level'
)
