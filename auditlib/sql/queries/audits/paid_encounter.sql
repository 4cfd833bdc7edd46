-- What was paid in all for the claims of some encounters, reversals netted; null where a claim has no answer. A claim and
-- those that replace it or go to a later payer are answered together.
with answer as (
  select
    claim_link.claim_id,
    sum(remit_claim.paid_amount) as paid_amount
  from core.claim_link as claim_link
  inner join core.remit_claim as remit_claim
    on remit_claim.remit_claim_id = claim_link.remit_claim_id
  where coalesce(remit_claim.claim_status_code, '') not in ('23', '25')
  group by claim_link.claim_id
),

chain as (
  select
    claim_encounter.encounter_id,
    coalesce(claim_chain.chain_id, claim_encounter.claim_id) as chain_id,
    sum(answer.paid_amount) as paid_amount
  from core.claim_encounter as claim_encounter
  left join core.claim_chain as claim_chain
    on claim_chain.claim_id = claim_encounter.claim_id
  left join answer
    on answer.claim_id = claim_encounter.claim_id
  where list_contains($encounter_ids, claim_encounter.encounter_id)
  group by
    claim_encounter.encounter_id,
    coalesce(claim_chain.chain_id, claim_encounter.claim_id)
)

select
  chain.encounter_id,
  cast(case when count(*) = count(chain.paid_amount) then sum(chain.paid_amount) end as decimal(18, 2)) as paid_amount
from chain
group by chain.encounter_id
order by chain.encounter_id
