-- Every code of one release of a system.
select
  code.code,
  code.is_billable,
  code.long_description
from ref.code as code
where code.code_system = $code_system and code.release = $release
order by code.code, code.effective_from
