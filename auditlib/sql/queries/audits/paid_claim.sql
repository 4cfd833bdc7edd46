-- What was paid in all for some claims with those that replace them or go to a later payer, reversals netted; null where
-- no payer answered. With how many claims the chart has, these counted as one.
with chain as (
  select
    claim.claim_id,
    coalesce(claim_chain.chain_id, claim.claim_id) as chain_id,
    claim_encounter.encounter_id
  from core.claim as claim
  left join core.claim_chain as claim_chain
    on claim_chain.claim_id = claim.claim_id
  left join core.claim_encounter as claim_encounter
    on claim_encounter.claim_id = claim.claim_id
),

paid as (
  select
    chain.chain_id,
    sum(remit_claim.paid_amount) as paid_amount
  from chain
  inner join core.claim_link as claim_link
    on claim_link.claim_id = chain.claim_id
  inner join core.remit_claim as remit_claim
    on remit_claim.remit_claim_id = claim_link.remit_claim_id
  where coalesce(remit_claim.claim_status_code, '') not in ('23', '25')
  group by chain.chain_id
),

chart as (
  select
    chain.encounter_id,
    count(distinct chain.chain_id) as claim_count
  from chain
  where chain.encounter_id is not null
  group by chain.encounter_id
)

select
  cast(chain.claim_id as varchar) as unit_id,
  cast(paid.paid_amount as decimal(18, 2)) as paid_amount,
  cast(coalesce(chart.claim_count, 1) as bigint) as chart_claim_count
from chain
left join paid
  on paid.chain_id = chain.chain_id
left join chart
  on chart.encounter_id = chain.encounter_id
where list_contains($unit_ids, cast(chain.claim_id as varchar))
order by chain.claim_id
