-- title: The provider-level adjustments with payer, reference, claim and what is open
-- row: one provider-level adjustment of a remittance
-- rule: reversal_date is the day of the latest reversal of the tied account by then; reversed_accounts are those whose
--   reversals an adjustment that raises the payment and is tied to no claim may give back
with
net_reversal as (
  select
    remit_claim.remittance_id,
    remit_claim.patient_control_number
  from core.remit_claim as remit_claim
  where
    remit_claim.remittance_id in (
      select take_back.remittance_id
      from mart.take_back as take_back
      where take_back.open_amount is not null and take_back.tied_by is null
    )
  group by
    remit_claim.remittance_id,
    remit_claim.patient_control_number
  having
    sum(remit_claim.paid_amount) < 0
    and max(case when remit_claim.claim_status_code = '22' then 1 else 0 end) = 1
),

reversed_account as (
  select
    net_reversal.remittance_id,
    string_agg(net_reversal.patient_control_number, ', ' order by net_reversal.patient_control_number) as accounts
  from net_reversal
  group by net_reversal.remittance_id
),

reversed as (
  select
    take_back.remittance_id,
    take_back.adjustment_number,
    max(reversing.payment_date) as reversal_date
  from mart.take_back as take_back
  inner join core.remittance as remittance
    on remittance.remittance_id = take_back.remittance_id
  inner join core.remit_claim as tied_payment
    on tied_payment.remit_claim_id = take_back.remit_claim_id
  inner join core.remit_claim as reversal
    on reversal.patient_control_number = tied_payment.patient_control_number and reversal.claim_status_code = '22'
  inner join core.remittance as reversing
    on reversing.remittance_id = reversal.remittance_id
    and coalesce(reversing.payer_id, reversing.payer_name, '') = coalesce(remittance.payer_id, remittance.payer_name, '')
    and reversing.payment_date <= remittance.payment_date
  group by
    take_back.remittance_id,
    take_back.adjustment_number
)

select
  take_back.kind,
  coalesce(remittance.payer_name, remittance.payer_id, 'unknown') as payer_name,
  remittance.payment_date,
  provider_adjustment.reference_number,
  take_back.adjustment_amount,
  tied_payment.patient_control_number,
  take_back.tied_by,
  take_back.why_not_tied,
  take_back.open_amount,
  take_back.not_carried_amount,
  reversed.reversal_date,
  case when take_back.open_amount is not null and take_back.tied_by is null then reversed_account.accounts end
    as reversed_accounts,
  provider_adjustment.reason_code,
  remittance.trace_number,
  provider_adjustment.provider_id,
  source_file.file_name,
  provider_adjustment.source_offset,
  take_back.claim_id,
  take_back.remit_claim_id,
  take_back.remittance_id,
  take_back.adjustment_number
from mart.take_back as take_back
inner join core.provider_adjustment as provider_adjustment
  on provider_adjustment.remittance_id = take_back.remittance_id
  and provider_adjustment.adjustment_number = take_back.adjustment_number
inner join core.remittance as remittance
  on remittance.remittance_id = take_back.remittance_id
left join core.source_file as source_file
  on source_file.source_file_id = provider_adjustment.source_file_id
left join core.remit_claim as tied_payment
  on tied_payment.remit_claim_id = take_back.remit_claim_id
left join reversed_account
  on reversed_account.remittance_id = take_back.remittance_id
left join reversed
  on reversed.remittance_id = take_back.remittance_id and reversed.adjustment_number = take_back.adjustment_number
order by
  case
    when take_back.kind
      in ('recovery', 'recovery deferred', 'balance carried forward', 'balance settled', 'refund', 'adjustment')
      then 0
    else 1
  end,
  remittance.payment_date desc nulls last,
  payer_name,
  take_back.remittance_id desc,
  take_back.adjustment_number
