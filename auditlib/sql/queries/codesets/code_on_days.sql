-- Every code of a system that is in force on at least one of the days, in every release.
select
  code.code_system,
  code.code,
  code.is_billable,
  code.short_description,
  code.long_description,
  code.parent_code,
  code.effective_from,
  code.effective_to,
  code.release
from ref.code as code
where code.code_system = $code_system
  and code.effective_from <= cast($last_day as date)
  and coalesce(code.effective_to, date '9999-12-31') >= cast($first_day as date)
order by code.code, code.effective_from, code.release
