-- What was paid in all for each claim with those that replace it or go to a later payer, reversals netted, or for all
-- claims of each encounter; null where a claim has no answer.
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

linked as (
  select
    claim.claim_id,
    coalesce(claim_chain.chain_id, claim.claim_id) as chain_id,
    claim_encounter.encounter_id,
    answer.paid_amount
  from core.claim as claim
  left join core.claim_chain as claim_chain
    on claim_chain.claim_id = claim.claim_id
  left join core.claim_encounter as claim_encounter
    on claim_encounter.claim_id = claim.claim_id
  left join answer
    on answer.claim_id = claim.claim_id
),

chain as (
  select
    linked.chain_id,
    sum(linked.paid_amount) as paid_amount
  from linked
  group by linked.chain_id
),

encounter_chain as (
  select distinct
    linked.encounter_id,
    linked.chain_id
  from linked
  where linked.encounter_id is not null
)

select
  cast(linked.claim_id as varchar) as unit_id,
  cast(chain.paid_amount as decimal(18, 2)) as paid_amount
from linked
inner join chain
  on chain.chain_id = linked.chain_id
where $unit = 'claim'
union all
select
  cast(encounter_chain.encounter_id as varchar) as unit_id,
  cast(case when count(*) = count(chain.paid_amount) then sum(chain.paid_amount) end as decimal(18, 2)) as paid_amount
from encounter_chain
inner join chain
  on chain.chain_id = encounter_chain.chain_id
where $unit = 'encounter'
group by encounter_chain.encounter_id
order by unit_id
