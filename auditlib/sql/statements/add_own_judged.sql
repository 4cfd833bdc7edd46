-- What each rule of a table says, from own_judged, as add_judged has it of a check.
insert into judged
with
counted as (
  select
    own_judged.rule_number,
    sum(case when own_judged.is_checked then 1 else 0 end) as eligible_count,
    sum(case when own_judged.is_checked then 0 else 1 end) as not_checked_count
  from own_judged
  group by own_judged.rule_number
)

select
  own_rule.rule_id,
  row_number() over (
    partition by own_rule.rule_number
    order by own_judged.claim_id, own_judged.item_number
  ),
  coalesce(counted.eligible_count, 0),
  coalesce(counted.not_checked_count, 0),
  own_judged.claim_id,
  own_judged.encounter_id,
  own_judged.item_number,
  own_judged.code_system,
  own_judged.code,
  own_rule.add_modifier,
  own_judged.service_date,
  own_rule.message,
  null,
  own_judged.at_stake_amount
from own_rule
left join counted
  on counted.rule_number = own_rule.rule_number
left join own_judged
  on own_judged.rule_number = own_rule.rule_number and own_judged.is_finding
