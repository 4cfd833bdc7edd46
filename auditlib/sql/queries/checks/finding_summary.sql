-- The outcome of every check that was run.
select
  check_id,
  title,
  severity,
  unit,
  outcome,
  eligible_count,
  finding_count,
  not_checked_count,
  not_checked_reason
from mart.finding_summary
order by check_id
