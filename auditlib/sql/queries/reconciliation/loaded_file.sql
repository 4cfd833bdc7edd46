-- title: The files that were given to load, with where they were and the hash of their bytes
-- row: one file
select source_file_id, file_name, file_path, sha256, format, load_status
from core.source_file
order by source_file_id
