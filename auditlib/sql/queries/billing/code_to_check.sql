-- The ICD-10-CM codes of some claims, and those of their categories, in every release that has them.
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
where
  code_system = 'ICD-10-CM'
  and substring(code, 1, 3) in (select substring(named.code, 1, 3) from (select unnest($codes) as code) as named)
