-- What the checks find on the claims of a store, each with its claim.
select
  finding.claim_id,
  finding.check_id,
  finding.severity,
  finding.code,
  finding.related_code,
  finding.detail
from mart.finding as finding
where finding.claim_id is not null
order by
  finding.claim_id,
  finding.check_id,
  finding.finding_number
