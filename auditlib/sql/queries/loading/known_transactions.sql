-- Every X12 transaction that was loaded, by the hash of its segments, with the file that gave it.
select
  source_transaction.fingerprint,
  source_file.file_name
from core.source_transaction as source_transaction
inner join core.source_file as source_file
  on source_file.source_file_id = source_transaction.source_file_id
where source_file.load_status <> 'rejected'
order by source_transaction.source_file_id, source_transaction.source_offset
