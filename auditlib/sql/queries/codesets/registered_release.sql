-- Every release with all that is known of it.
select
  release.code_system,
  release.release,
  release.publisher,
  release.effective_from,
  release.effective_to,
  release.file_name,
  release.sha256,
  release.row_count,
  release.loaded_at
from ref.release as release
order by release.code_system, release.effective_from, release.release
