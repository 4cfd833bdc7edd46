-- Every code of every loaded release, for the search index, which puts them in order with less memory.
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
