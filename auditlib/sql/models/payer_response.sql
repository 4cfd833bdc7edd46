-- title: The claim payments that answer each chain of claims
-- row: one claim payment linked to a claim of a chain
-- key: remit_claim_id
-- needs: core.claim_link
-- cut: patient_control_number
-- rule: payments that refuse a claim as not the payer's (23) or only predetermine (25) answer nothing. The primary payer
--   answers where the claim was sent to it, unless another payer that settles as secondary or tertiary does. A reversal
--   (22) repeats a payment with its signs turned: the first takes back the earliest such payment before it. The other
--   payments of the primary payer are its answers, numbered by day
-- source: ASC X12N 005010X221A1, CLP02 and section 1.10.2.8 (reversal and correction)
with linked as (
  select
    claim_chain.chain_id,
    remit_claim.remit_claim_id,
    remit_claim.claim_status_code,
    remit_claim.charge_amount,
    remit_claim.paid_amount,
    claim.charge_amount as submitted_amount,
    remittance.payment_date,
    coalesce(remittance.payment_date, date '9999-12-31') as payment_day,
    claim_chain.relation = 'to a later payer' as is_other_claim,
    case
      when remittance.payer_id = claim.payer_id then 1
      when upper(trim(remittance.payer_name)) = upper(trim(claim.payer_name)) then 1
      else 0
    end as is_own_payer,
    max(case when remit_claim.claim_status_code in ('2', '3', '20', '21') then 1 else 0 end) over (
      partition by claim_chain.chain_id, coalesce(remittance.payer_id, remittance.payer_name, '')
    ) as is_later_payer
  from core.claim_link as claim_link
  inner join core.remit_claim as remit_claim
    on remit_claim.remit_claim_id = claim_link.remit_claim_id
  inner join core.remittance as remittance
    on remittance.remittance_id = remit_claim.remittance_id
  inner join core.claim as claim
    on claim.claim_id = claim_link.claim_id
  inner join core.claim_chain as claim_chain
    on claim_chain.claim_id = claim_link.claim_id and claim_chain.chain_id is not null
  where coalesce(remit_claim.claim_status_code, '') not in ('23', '25')
),

sided as (
  select
    linked.chain_id,
    linked.remit_claim_id,
    linked.claim_status_code,
    linked.charge_amount,
    linked.paid_amount,
    linked.submitted_amount,
    linked.payment_date,
    linked.payment_day,
    not linked.is_other_claim and (linked.is_own_payer = 1 or linked.is_later_payer = 0) as is_primary,
    coalesce(linked.claim_status_code, '') = '22' as is_reversal
  from linked
),

numbered as (
  select
    sided.chain_id,
    sided.remit_claim_id,
    sided.claim_status_code,
    sided.charge_amount,
    sided.paid_amount,
    sided.submitted_amount,
    sided.payment_date,
    sided.payment_day,
    sided.is_primary,
    sided.is_reversal,
    row_number() over (
      partition by sided.chain_id, sided.is_primary, sided.is_reversal
      order by sided.payment_day, sided.remit_claim_id
    ) as answer_number,
    row_number() over (
      partition by sided.chain_id, sided.is_primary, sided.is_reversal, sided.charge_amount, sided.paid_amount
      order by sided.payment_day, sided.remit_claim_id
    ) as pair_number
  from sided
),

reversed as (
  select numbered.remit_claim_id
  from numbered
  inner join numbered as reversal
    on reversal.chain_id = numbered.chain_id
    and reversal.is_primary
    and reversal.is_reversal
    and abs(reversal.charge_amount) = numbered.charge_amount
    and abs(reversal.paid_amount) = numbered.paid_amount
    and (
      reversal.payment_day > numbered.payment_day
      or (reversal.payment_day = numbered.payment_day and reversal.remit_claim_id > numbered.remit_claim_id)
    )
  where numbered.is_primary and not numbered.is_reversal
  group by
    numbered.remit_claim_id,
    numbered.pair_number
  having count(*) >= numbered.pair_number
)

select
  cast(numbered.chain_id as bigint) as chain_id,
  cast(numbered.remit_claim_id as bigint) as remit_claim_id,
  cast(numbered.claim_status_code as varchar) as claim_status_code,
  cast(numbered.charge_amount as decimal(18, 2)) as charge_amount,
  cast(numbered.paid_amount as decimal(18, 2)) as paid_amount,
  cast(numbered.submitted_amount as decimal(18, 2)) as submitted_amount,
  cast(numbered.payment_date as date) as payment_date,
  numbered.is_primary,
  numbered.is_reversal,
  reversed.remit_claim_id is not null as is_reversed,
  cast(case when numbered.is_primary and not numbered.is_reversal then numbered.answer_number end as bigint)
    as answer_number
from numbered
left join reversed
  on reversed.remit_claim_id = numbered.remit_claim_id
