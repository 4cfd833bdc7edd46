-- title: The reduced payments with all that they are counted by
-- row: one billed line, or one stay, of core.reduced_payment
-- rule: the claim is the original one; payer and provider are those of denied lines, so that both lists count alike
select
  claim_chain.chain_id as claim_id,
  claim_outcome.encounter_id,
  claim_outcome.patient_control_number,
  claim_outcome.form,
  coalesce(claim_outcome.payer_id, 'unknown') as payer_id,
  min(coalesce(claim_outcome.payer_name, claim_outcome.payer_id, 'unknown'))
    over (partition by coalesce(claim_outcome.payer_id, 'unknown')) as payer_name,
  coalesce(claim.filing_code, remit_claim.filing_code) as filing_code,
  coalesce(claim.rendering_provider_id, claim.billing_provider_id) as provider_id,
  claim_outcome.submit_date,
  claim_outcome.from_date,
  reduced_payment.remit_claim_id,
  nullif(reduced_payment.item_number, 0) as line_number,
  reduced_payment.reduction,
  reduced_payment.service_date,
  reduced_payment.payment_date,
  cast(date_trunc('month', reduced_payment.payment_date) as date) as payment_month,
  reduced_payment.code_system,
  reduced_payment.billed_code,
  reduced_payment.paid_code,
  reduced_payment.billed_unit_count,
  reduced_payment.paid_unit_count,
  reduced_payment.allowed_amount,
  reduced_payment.contract_amount,
  reduced_payment.lost_amount
from core.reduced_payment as reduced_payment
inner join core.claim_chain as claim_chain
  on claim_chain.claim_id = reduced_payment.claim_id
inner join mart.claim_outcome as claim_outcome
  on claim_outcome.claim_id = claim_chain.chain_id
inner join core.claim as claim
  on claim.claim_id = claim_outcome.claim_id
inner join core.remit_claim as remit_claim
  on remit_claim.remit_claim_id = reduced_payment.remit_claim_id
order by
  reduced_payment.lost_amount desc nulls last,
  claim_chain.chain_id,
  reduced_payment.remit_claim_id,
  reduced_payment.line_number
