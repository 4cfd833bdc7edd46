-- title: The reversals whose payment was never loaded
-- row: one reversal linked to a claim, with more reversals of its payer and charge in the chain than payments before it
-- key: remit_claim_id
-- needs: core.claim_link
-- cut: patient_control_number
-- rule: in a chain each reversal (22) of a payer takes back one earlier payment of the same charge; one that finds none
--   left is an orphan
-- source: ASC X12N 005010X221A1, section 1.10.2.8 (reversal and correction)
with event as (
  select
    remit_claim.remit_claim_id,
    coalesce(claim_chain.chain_id, claim_link.claim_id) as chain_key,
    coalesce(remittance.payer_id, remittance.payer_name, '') as payer_key,
    abs(remit_claim.charge_amount) as charge_amount,
    coalesce(remit_claim.claim_status_code, '') = '22' as is_reversal,
    coalesce(remittance.payment_date, date '9999-12-31') as payment_day
  from core.claim_link as claim_link
  inner join core.remit_claim as remit_claim
    on remit_claim.remit_claim_id = claim_link.remit_claim_id
  inner join core.remittance as remittance
    on remittance.remittance_id = remit_claim.remittance_id
  left join core.claim_chain as claim_chain
    on claim_chain.claim_id = claim_link.claim_id
  where claim_link.claim_id is not null and coalesce(remit_claim.claim_status_code, '') not in ('23', '25')
),

counted as (
  select
    event.remit_claim_id,
    event.is_reversal,
    sum(case when event.is_reversal then 1 else 0 end) over (
      partition by event.chain_key, event.payer_key, event.charge_amount
      order by event.payment_day, event.remit_claim_id
      rows between unbounded preceding and current row
    ) as reversal_count,
    sum(case when event.is_reversal then 0 else 1 end) over (
      partition by event.chain_key, event.payer_key, event.charge_amount
      order by event.payment_day, event.remit_claim_id
      rows between unbounded preceding and current row
    ) as payment_count
  from event
)

select cast(counted.remit_claim_id as bigint) as remit_claim_id
from counted
where counted.is_reversal and counted.reversal_count > counted.payment_count
