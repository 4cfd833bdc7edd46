-- The outcome of every check that was run, with the charge that is at stake: null where no finding is of one line.
with
at_stake as (
  select
    finding.check_id,
    sum(finding.at_stake_amount) as at_stake_amount
  from mart.finding as finding
  group by finding.check_id
)

select
  finding_summary.check_id,
  finding_summary.title,
  finding_summary.severity,
  finding_summary.unit,
  finding_summary.outcome,
  finding_summary.eligible_count,
  finding_summary.finding_count,
  at_stake.at_stake_amount,
  finding_summary.not_checked_count,
  finding_summary.not_checked_reason,
  finding_summary.loaded_through
from mart.finding_summary as finding_summary
left join at_stake
  on at_stake.check_id = finding_summary.check_id
order by finding_summary.check_id
