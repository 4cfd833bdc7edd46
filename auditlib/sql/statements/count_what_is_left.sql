-- The findings of a check again, after some were left to a closer one.
update mart.finding_summary as finding_summary
set
  finding_count = counted.finding_count,
  outcome = case
    when finding_summary.outcome = 'failed' and counted.finding_count = 0 then 'passed'
    else finding_summary.outcome
  end
from (
  select count(*) as finding_count
  from mart.finding as finding
  where finding.check_id = $check_id
) as counted
where finding_summary.check_id = $check_id
