-- The number that the next file takes.
select cast(coalesce(max(source_file_id), 0) + 1 as bigint) as source_file_id
from core.source_file
