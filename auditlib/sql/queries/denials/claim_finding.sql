-- title: The findings of our checks on one claim and those that followed it
-- row: one finding
select
  finding.check_id,
  finding.severity,
  finding.claim_id,
  finding.item_number,
  finding.code,
  finding.detail,
  finding.at_stake_amount
from mart.finding as finding
inner join core.claim_chain as claim_chain
  on claim_chain.claim_id = finding.claim_id
where claim_chain.chain_id = $claim_id
order by finding.severity, finding.check_id, finding.claim_id, finding.item_number
