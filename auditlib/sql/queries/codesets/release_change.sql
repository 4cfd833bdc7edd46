-- What loading releases changed; of a system and a release, or of all.
select
  release_change.code_system,
  release_change.release,
  release_change.previous_release,
  release_change.previous_sha256,
  release_change.recorded_at,
  release_change.code,
  release_change.change_kind,
  release_change.before,
  release_change.after
from ref.release_change as release_change
where
  ($code_system is null or release_change.code_system = $code_system)
  and ($release is null or release_change.release = $release)
order by
  release_change.recorded_at, release_change.code_system, release_change.release, release_change.code,
  release_change.change_kind
