-- Every X12 transaction that was loaded, with what it is known by when it is delivered again.
select
  source_transaction.source_file_id,
  source_transaction.source_offset,
  source_transaction.opening_fingerprint,
  source_transaction.is_truncated,
  source_file.file_name
from core.source_transaction as source_transaction
inner join core.source_file as source_file
  on source_file.source_file_id = source_transaction.source_file_id
inner join core.envelope as envelope
  on
    envelope.source_file_id = source_transaction.source_file_id
    and envelope.source_offset = source_transaction.source_offset
where source_file.load_status <> 'rejected' and source_file.format not like 'FHIR%' and source_file.format not like 'RIF%'
order by source_transaction.source_file_id, source_transaction.source_offset
