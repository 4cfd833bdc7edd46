-- Every file that was given to load, with what became of it.
select
    sha256,
    file_name,
    file_path,
    format,
    load_status
from core.source_file
order by source_file_id
