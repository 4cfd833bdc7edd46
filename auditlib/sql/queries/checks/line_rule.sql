-- The project's table of rules on service lines, as the workspace has it.
select
  line_rule.rule,
  line_rule.code,
  line_rule.value,
  line_rule.effective_from,
  line_rule.effective_to,
  line_rule.source
from ref.line_rule as line_rule
order by line_rule.rule, line_rule.code, line_rule.value, line_rule.effective_from
