-- title: The fatal findings on the claims that stand, by the first claim of their chain
-- row: one fatal finding on the latest claim to the primary payer of a chain
with
fatal as (
  select
    claim_chain.chain_id,
    finding.claim_id,
    finding.check_id,
    finding.finding_number
  from mart.finding as finding
  inner join core.claim_chain as claim_chain
    on claim_chain.claim_id = finding.claim_id
  where finding.severity = 'F'
),

latest as (
  select
    claim_chain.chain_id,
    claim_chain.claim_id,
    row_number() over (
      partition by claim_chain.chain_id
      order by coalesce(claim.submit_date, date '0001-01-01') desc, claim_chain.claim_id desc
    ) as step_back_number
  from core.claim_chain as claim_chain
  inner join core.claim as claim
    on claim.claim_id = claim_chain.claim_id
  where
    claim_chain.chain_id in (select fatal.chain_id from fatal)
    and claim_chain.relation <> 'to a later payer'
)

select
  latest.chain_id as claim_id,
  fatal.check_id,
  fatal.finding_number
from fatal
inner join latest
  on latest.claim_id = fatal.claim_id and latest.step_back_number = 1
order by latest.chain_id, fatal.check_id, fatal.finding_number
