-- title: What every claim payment is to the claim that it answers, with what the payer denied in it
-- row: one place of claim payments, and whether X12 states them as denied
-- rule: a payment without a claim; one that answers nothing (23, 25) or a claim of no chain; one of a chain whose first
--   claim is not followed; of a later payer; a reversal; the refusal of a second submission; the first answer; a later one
with placed as (
  select
    remit_claim.charge_amount,
    remit_claim.paid_amount,
    coalesce(remit_claim.claim_status_code = '4' and source_file.format like '83%', false) as is_stated_denied,
    coalesce(remit_claim.claim_status_code = '22', false) as is_reversal,
    coalesce(remit_claim.claim_status_code in ('23', '25'), false) as is_no_answer,
    claim_link.claim_id is not null as is_matched,
    coalesce(claim_decision.is_denied, false) as is_denied,
    coalesce(claim_decision.denied_amount, 0) as denied_amount,
    case
      when claim_link.claim_id is null then 'without a claim'
      when payer_response.remit_claim_id is null then 'no answer to a chain'
      when claim_outcome.claim_id is null then 'of a chain that is not followed'
      when not payer_response.is_primary then 'of a later payer'
      when payer_response.is_reversal then 'reversal'
      when claim_decision.is_duplicate_denial then 'refusal of a second submission'
      when first_and_latest_answer.is_first then 'first answer'
      else 'later answer'
    end as place
  from core.remit_claim as remit_claim
  inner join core.source_file as source_file
    on source_file.source_file_id = remit_claim.source_file_id
  left join core.claim_link as claim_link
    on claim_link.remit_claim_id = remit_claim.remit_claim_id
  left join mart.payer_response as payer_response
    on payer_response.remit_claim_id = remit_claim.remit_claim_id
  left join mart.claim_outcome as claim_outcome
    on claim_outcome.claim_id = payer_response.chain_id
  left join mart.claim_decision as claim_decision
    on claim_decision.remit_claim_id = remit_claim.remit_claim_id
  left join mart.first_and_latest_answer as first_and_latest_answer
    on first_and_latest_answer.remit_claim_id = remit_claim.remit_claim_id
)

select
  place,
  is_matched,
  is_stated_denied,
  is_reversal,
  is_no_answer,
  is_denied,
  denied_amount > 0 as has_denial,
  cast(count(*) as bigint) as payment_count,
  cast(sum(charge_amount) as decimal(18, 2)) as charge_amount,
  cast(sum(paid_amount) as decimal(18, 2)) as paid_amount,
  cast(sum(denied_amount) as decimal(18, 2)) as denied_amount
from placed
group by all
order by all
