-- The Excludes1 notes of every release.
select
  code_system,
  code,
  code_from,
  code_to,
  excluded_from,
  excluded_to,
  note_number,
  effective_from,
  effective_to,
  release
from ref.code_exclusion
where code_system = 'ICD-10-CM'
