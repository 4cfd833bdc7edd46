-- The findings of all rules of tables, from own_judged.
insert into mart.finding (
  check_id, finding_number, check_version, severity, claim_id, encounter_id, item_number, code_system, code, related_code,
  service_date, detail, release, at_stake_amount
)
select
  own_rule.rule_id,
  row_number() over (
    partition by own_rule.rule_number
    order by own_judged.claim_id, own_judged.item_number
  ),
  '1',
  own_rule.severity,
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
from own_judged
inner join own_rule
  on own_rule.rule_number = own_judged.rule_number
where own_judged.is_finding
