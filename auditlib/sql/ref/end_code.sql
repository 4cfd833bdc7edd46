-- A release ends earlier than it said, because a later one took over: its codes end with it.
update ref.code
set effective_to = cast($last_day as date)
where
  code_system = $code_system
  and release = $release
  and effective_from <= cast($last_day as date)
  and coalesce(effective_to, date '9999-12-31') > cast($last_day as date)
