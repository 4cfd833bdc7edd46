-- What was not loaded, where and why.
select
  source_file.file_name,
  rejected_record.segment,
  rejected_record.record_number,
  rejected_record.source_offset,
  rejected_record.reason,
  rejected_record.expected
from core.rejected_record as rejected_record
inner join core.source_file as source_file
  on source_file.source_file_id = rejected_record.source_file_id
order by source_file.source_file_id, rejected_record.source_offset, rejected_record.reason
