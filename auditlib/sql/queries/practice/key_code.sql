-- Codes of keys that are not billable on their day: not in force, or not checked where no whole set is loaded.
with
  key_code as (
    select
      unnest($case_ids) as case_id,
      unnest($code_systems) as code_system,
      unnest($codes) as code,
      cast(unnest($days) as date) as day
  ),
  judged as (
    select
      key_code.case_id,
      key_code.code_system,
      key_code.code,
      key_code.day,
      exists (
        select 1
        from ref.code
        where
          code.code_system = key_code.code_system
          and code.code = key_code.code
          and code.is_billable
          and code.effective_from <= key_code.day
          and coalesce(code.effective_to, date '9999-12-31') >= key_code.day
      ) as is_in_force,
      exists (
        select 1
        from ref.release as release
        inner join ref.code as held
          on held.code_system = release.code_system
          and held.release = release.release
        where
          release.code_system = key_code.code_system
          and not coalesce(release.can_only_confirm, false)
          and release.effective_from <= key_code.day
          and coalesce(release.effective_to, date '9999-12-31') >= key_code.day
      ) as is_loaded
    from key_code
  )
select
  case_id,
  code_system,
  code,
  day,
  case when is_loaded then 'not in force' else 'not checked' end as state
from judged
where not is_in_force
order by case_id, code_system, code
