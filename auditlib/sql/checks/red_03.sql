-- id: RED-03
-- title: Fewer units paid than billed
-- version: 1
-- unit: answered service line with a procedure code that is not refused
-- severity: R
-- settings: professional, outpatient, dental
-- authority: ASC X12N 005010X221A1 (835), 2110 SVC05 and SVC07
-- needs: the billed units, from the claim or from the payment
-- fix: Compare the units with the record; ask for a reopening or appeal where it supports them
-- effective: 2000-01-01
--
-- Lines counted in minutes are not compared.
with
eligible as (
  select
    answered.remit_claim_id,
    1 as counted_as,
    answered.billed_unit_count is not null and answered.paid_unit_count is not null as is_checked
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
      rtrim(rtrim(cast(reduced_payment.billed_unit_count as varchar), '0'), '.'),
      ' units of ',
      reduced_payment.billed_code,
      ', paid ',
      rtrim(rtrim(cast(reduced_payment.paid_unit_count as varchar), '0'), '.'),
      reduced_payment.payment_text
    ) as detail,
    reduced_payment.release,
    reduced_payment.lost_amount as at_stake_amount
  from core.reduced_payment as reduced_payment
  where reduced_payment.reduction = 'units'
)
