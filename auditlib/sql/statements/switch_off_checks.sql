-- A check that is switched off for all claims and days has checked nothing.
update mart.finding_summary as finding_summary
set
  outcome = case
    when finding_summary.eligible_count + finding_summary.not_checked_count = 0 then 'not applicable'
    else 'not checked'
  end,
  not_checked_count = finding_summary.not_checked_count + finding_summary.eligible_count,
  eligible_count = 0,
  not_checked_reason = concat('Switched off in checks.toml: ', check_setting.reason, '.')
from check_setting
where check_setting.check_id = finding_summary.check_id
  and not check_setting.is_run
  and check_setting.payer_id is null
  and check_setting.claim_setting is null
  and check_setting.first_day is null
  and check_setting.last_day is null
  and finding_summary.finding_count = 0
  and finding_summary.outcome <> 'not run'
