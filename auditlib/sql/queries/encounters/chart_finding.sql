-- Findings about encounters and their claims; the same finding on a replacement claim is told once.
select
  encounter_id,
  check_id,
  severity,
  code_system,
  code,
  detail,
  max(at_stake_amount) as at_stake_amount,
  max(release) as release
from mart.finding
where encounter_id in (select unnest($encounter_ids))
group by encounter_id, check_id, severity, code_system, code, detail
order by encounter_id, check_id, code, detail
