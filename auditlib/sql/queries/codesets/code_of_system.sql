-- Every code of a system, in every release.
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
order by code.code, code.effective_from, code.release
