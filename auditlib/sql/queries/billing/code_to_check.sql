-- The ICD-10-CM codes of some claims, in every release that has them.
select
  code_system,
  code,
  is_billable,
  short_description,
  long_description,
  parent_code,
  effective_from,
  effective_to,
  release
from ref.code
where code_system = 'ICD-10-CM' and list_contains($codes, code)
