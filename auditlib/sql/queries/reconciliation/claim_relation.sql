-- title: What every claim is to the chain that it belongs to, and whether its outcome is followed
-- row: one relation
select
  claim_chain.relation,
  claim_outcome.claim_id is not null as is_followed,
  cast(count(*) as bigint) as claim_count,
  cast(sum(claim.charge_amount) as decimal(18, 2)) as charge_amount
from core.claim as claim
inner join core.claim_chain as claim_chain
  on claim_chain.claim_id = claim.claim_id
left join mart.claim_outcome as claim_outcome
  on claim_outcome.claim_id = claim.claim_id
group by all
order by all
