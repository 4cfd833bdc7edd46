-- The titles of all codes that may be billed in some categories, with the days on which they count.
-- Lists that are unnested count as few rows in the plan: so the table is searched for them, not read whole.
select
  code.code_system,
  substring(code.code, 1, 3) as category,
  code.code,
  code.effective_from,
  coalesce(code.effective_to, date '9999-12-31') as effective_to,
  code.long_description as title
from ref.code as code
where
  code.is_billable
  and code.code_system in (select unnest($code_systems))
  and substring(code.code, 1, 3) in (select unnest($categories))
order by code.code_system, code.code, code.effective_from
