-- Findings about one encounter and its claims; the same finding on a replacement claim is told once.
select
  check_id,
  severity,
  code_system,
  code,
  detail
from mart.finding
where encounter_id = $encounter_id
group by check_id, severity, code_system, code, detail
order by check_id, code, detail
