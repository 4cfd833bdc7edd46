-- A release ends earlier than it said, because a later one took over.
update ref.release
set effective_to = cast($last_day as date)
where code_system = $code_system and release = $release
