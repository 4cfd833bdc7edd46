-- Every file that was given to load.
-- A chart is shown with its folder, since all are named encounter.json.
with
documents as (
  select
    document.source_file_id,
    count(*) as document_count
  from core.document as document
  group by document.source_file_id
)

select
  case
    when source_file.format = 'chart' then regexp_extract(source_file.file_path, '[^/\\]+[/\\][^/\\]+$')
    else source_file.file_name
  end as file_name,
  source_file.format,
  source_file.load_status,
  source_file.interchange_count,
  source_file.group_count,
  source_file.transaction_count,
  source_file.encounter_count,
  coalesce(documents.document_count, 0) as document_count,
  source_file.claim_count,
  source_file.line_count,
  source_file.charge_amount,
  source_file.paid_amount,
  source_file.rejected_count,
  source_file.note_count,
  source_file.sha256
from core.source_file as source_file
left join documents
  on documents.source_file_id = source_file.source_file_id
order by source_file.source_file_id
