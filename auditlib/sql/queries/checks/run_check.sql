-- The checks that have run since what they read has changed.
select finding_summary.check_id
from mart.finding_summary as finding_summary
where finding_summary.outcome <> 'not run'
order by finding_summary.check_id
