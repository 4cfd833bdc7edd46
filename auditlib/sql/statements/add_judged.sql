-- What one check says, from one_check, with its findings numbered; a row without an item is none.
insert into judged
select
  $check_id,
  row_number() over (
    order by
      one_check.item_number is null,
      one_check.claim_id nulls last,
      one_check.encounter_id nulls last,
      one_check.item_number,
      one_check.code nulls last,
      one_check.related_code nulls last
  ),
  one_check.eligible_count,
  one_check.not_checked_count,
  one_check.claim_id,
  one_check.encounter_id,
  one_check.item_number,
  one_check.code_system,
  one_check.code,
  one_check.related_code,
  one_check.service_date,
  one_check.detail,
  one_check.release,
  one_check.at_stake_amount
from one_check
