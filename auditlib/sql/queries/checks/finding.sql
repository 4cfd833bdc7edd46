-- The findings of one check, or of all where $check_id is null; of one encounter where $encounter_id is given.
select
  check_id,
  finding_number,
  severity,
  encounter_id,
  item_number,
  code_system,
  code,
  related_code,
  service_date,
  detail,
  release,
  at_stake_amount
from mart.finding
where ($check_id is null or check_id = cast($check_id as varchar))
  and ($encounter_id is null or encounter_id = cast($encounter_id as varchar))
order by check_id, finding_number
