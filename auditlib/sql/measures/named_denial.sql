-- title: Denied claims on which a check that their reason names has a finding
-- row: one denied claim and one such check
-- frames: denial_check (claim_id and check_id of the checks that the reason of each denied claim names)
select distinct
  denial_check.claim_id,
  denial_check.check_id
from denial_check
inner join mart.finding as finding
  on finding.claim_id = denial_check.claim_id and finding.check_id = denial_check.check_id
order by
  denial_check.claim_id,
  denial_check.check_id
