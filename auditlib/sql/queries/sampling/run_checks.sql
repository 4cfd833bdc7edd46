-- How many checks have run, and how many have not since what they read has changed.
select
  count(*) filter (where finding_summary.outcome <> 'not run') as run_count,
  count(*) filter (where finding_summary.outcome = 'not run') as not_run_count
from mart.finding_summary as finding_summary
