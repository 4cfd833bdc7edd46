-- The releases of ICD-10-CM and of its notes.
select
  code_system,
  release,
  publisher,
  effective_from,
  effective_to,
  file_name,
  sha256,
  row_count,
  loaded_at,
  can_only_confirm
from ref.release
where code_system in ('ICD-10-CM', 'ICD-10-CM notes')
