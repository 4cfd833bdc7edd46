-- The code sets that are loaded, and the days on which each is effective.
select
  code_system,
  release,
  publisher,
  effective_from,
  effective_to,
  row_count,
  file_name,
  sha256
from ref.release
order by code_system, effective_from, release
