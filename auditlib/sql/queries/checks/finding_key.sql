-- What tells findings apart, whichever run they are of.
select
  finding.check_id,
  finding.claim_id,
  finding.item_number,
  finding.code,
  finding.related_code,
  finding.at_stake_amount
from mart.finding as finding
