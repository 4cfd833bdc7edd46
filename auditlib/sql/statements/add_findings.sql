-- The violations in judged, each with the version and the severity of its check.
insert into mart.finding (
  check_id, finding_number, check_version, severity, claim_id, encounter_id, item_number, code_system, code, related_code,
  service_date, detail, release, at_stake_amount
)
select
  judged.check_id,
  judged.finding_number,
  judging.check_version,
  judging.severity,
  judged.claim_id,
  judged.encounter_id,
  judged.item_number,
  judged.code_system,
  judged.code,
  judged.related_code,
  judged.service_date,
  judged.detail,
  judged.release,
  judged.at_stake_amount
from judged
inner join judging
  on judging.check_id = judged.check_id
where judged.item_number is not null
