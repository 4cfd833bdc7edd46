-- title: Where the loaded files of a name are
-- row: one loaded file of that name
select file_path
from core.source_file
where file_name = $file_name
order by source_file_id desc
