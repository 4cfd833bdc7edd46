-- Findings that are switched off: their count is in the summary.
delete from mart.finding
using configured_finding
where configured_finding.check_id = mart.finding.check_id
  and configured_finding.finding_number = mart.finding.finding_number
  and not configured_finding.is_run
