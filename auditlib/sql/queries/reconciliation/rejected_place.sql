-- title: Places of files at which something was not loaded, with the reason
-- row: one place and reason
select source_file_id, source_offset, segment, record_number, reason
from core.rejected_record
order by source_file_id, source_offset, reason
