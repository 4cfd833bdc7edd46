-- When the last file was loaded, in UTC.
select max(source_file.loaded_at) as loaded_through
from core.source_file as source_file
