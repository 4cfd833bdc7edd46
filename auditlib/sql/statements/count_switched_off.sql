-- Units whose finding is switched off count as not checked, with the reason.
update mart.finding_summary as finding_summary
set
  eligible_count = finding_summary.eligible_count - switched_off.finding_count,
  finding_count = finding_summary.finding_count - switched_off.finding_count,
  not_checked_count = finding_summary.not_checked_count + switched_off.finding_count,
  outcome = case
    when finding_summary.finding_count > switched_off.finding_count then 'failed'
    when finding_summary.eligible_count > switched_off.finding_count then 'passed'
    else 'not checked'
  end,
  not_checked_reason = concat(
    cast(switched_off.finding_count as varchar), ' switched off in checks.toml (', switched_off.reasons, '). ',
    coalesce(finding_summary.not_checked_reason, '')
  )
from (
  select
    configured_finding.check_id,
    count(*) as finding_count,
    string_agg(distinct configured_finding.reason, '; ' order by configured_finding.reason) as reasons
  from configured_finding
  where not configured_finding.is_run
  group by configured_finding.check_id
) as switched_off
where switched_off.check_id = finding_summary.check_id
