-- What payers recovered of claims at the level of the provider, without a reversal of the claim that would show in what was
-- paid for it: per claim chain, by its claims.
with chain as (
  select
    claim.claim_id,
    coalesce(claim_chain.chain_id, claim.claim_id) as chain_id
  from core.claim as claim
  left join core.claim_chain as claim_chain
    on claim_chain.claim_id = claim.claim_id
),

reversed_chain as (
  select distinct chain.chain_id
  from chain
  inner join core.claim_link as claim_link
    on claim_link.claim_id = chain.claim_id
  inner join core.remit_claim as remit_claim
    on remit_claim.remit_claim_id = claim_link.remit_claim_id
  where remit_claim.claim_status_code = '22'
),

recovered as (
  select
    chain.chain_id,
    sum(take_back.adjustment_amount) as recouped_amount
  from mart.take_back as take_back
  inner join chain
    on chain.claim_id = take_back.claim_id
  left join reversed_chain
    on reversed_chain.chain_id = chain.chain_id
  where take_back.kind = 'recovery' and reversed_chain.chain_id is null
  group by chain.chain_id
)

select distinct
  claim_encounter.encounter_id,
  recovered.chain_id,
  cast(recovered.recouped_amount as decimal(18, 2)) as recouped_amount
from recovered
inner join chain
  on chain.chain_id = recovered.chain_id
inner join core.claim_encounter as claim_encounter
  on claim_encounter.claim_id = chain.claim_id
where list_contains($encounter_ids, claim_encounter.encounter_id)
order by claim_encounter.encounter_id, recovered.chain_id
