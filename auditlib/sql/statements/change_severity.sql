-- Findings take the severity of their setting.
update mart.finding as finding
set severity = configured_finding.severity
from configured_finding
where configured_finding.check_id = finding.check_id
  and configured_finding.finding_number = finding.finding_number
  and configured_finding.is_run
