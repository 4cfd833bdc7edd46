-- Every code of every loaded release, for the search index.
select
  code_system,
  code,
  is_billable,
  long_description,
  parent_code,
  effective_from,
  effective_to,
  release
from ref.code
order by code_system, code, effective_from, release
