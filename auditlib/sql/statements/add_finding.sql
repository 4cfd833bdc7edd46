-- The violations of the check whose rows are in judged.
insert into mart.finding (
  check_id, finding_number, check_version, severity, claim_id, encounter_id, item_number, code_system, code, related_code,
  service_date, detail, release, at_stake_amount
)
select
  $check_id,
  row_number() over (
    order by
      judged.claim_id nulls last,
      judged.encounter_id nulls last,
      judged.item_number,
      judged.code nulls last,
      judged.related_code nulls last
  ),
  $check_version,
  $severity,
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
where judged.item_number is not null
