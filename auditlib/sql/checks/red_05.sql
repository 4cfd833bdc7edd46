-- id: RED-05
-- title: Line paid as part of another without a denial
-- version: 1
-- unit: answered service line with a procedure code that is not refused
-- severity: R
-- settings: professional, outpatient
-- authority: ASC X12N 005010X221A1 (835), section 1.10.2.6 (procedure code bundling)
-- needs: nothing beyond claims and remittances
-- fix: Look up the pair; a modifier that the record supports, or the contract, may pay the line by itself
-- effective: 2000-01-01
--
-- A line that a reason such as 97 refuses is a denial, and counted there.
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
      reduced_payment.billed_code,
      case
        when reduced_payment.billed_code = reduced_payment.paid_code then ' was paid nothing beside the other lines, with contractual reasons only,'
        else concat(' was paid as part of ', reduced_payment.paid_code)
      end,
      reduced_payment.payment_text
    ) as detail,
    reduced_payment.release,
    reduced_payment.lost_amount as at_stake_amount
  from core.reduced_payment as reduced_payment
  where reduced_payment.reduction = 'bundled'
)
