-- The outcome of each rule of a table, from own_judged.
insert into mart.finding_summary (
  check_id, title, severity, unit, outcome, eligible_count, finding_count, not_checked_count, not_checked_reason,
  loaded_through
)
with
counted as (
  select
    own_judged.rule_number,
    sum(case when own_judged.is_checked then 1 else 0 end) as eligible_count,
    sum(case when own_judged.is_finding then 1 else 0 end) as finding_count,
    sum(case when own_judged.is_checked then 0 else 1 end) as not_checked_count
  from own_judged
  group by own_judged.rule_number
)

select
  own_rule.rule_id,
  own_rule.message,
  own_rule.severity,
  case
    when own_rule.has_hcpcs then 'service line with a code, payer and day of the rule'
    else 'claim with a diagnosis, payer and day of the rule'
  end,
  case
    when counted.finding_count > 0 then 'failed'
    when counted.eligible_count > 0 then 'passed'
    when counted.not_checked_count > 0 then 'not checked'
    else 'not applicable'
  end,
  coalesce(counted.eligible_count, 0),
  coalesce(counted.finding_count, 0),
  coalesce(counted.not_checked_count, 0),
  case when counted.not_checked_count > 0 then 'Needs what the rule asks of the claim: day, payer, place, birth date or sex.' end,
  (select max(source_file.loaded_at) from core.source_file as source_file)
from own_rule
left join counted
  on counted.rule_number = own_rule.rule_number
