-- Every file that was given to load.
-- A chart is shown with its folder, since all are named encounter.json.
select
  case when format = 'chart' then regexp_extract(file_path, '[^/\\]+[/\\][^/\\]+$') else file_name end as file_name,
  format,
  load_status,
  interchange_count,
  group_count,
  transaction_count,
  encounter_count,
  claim_count,
  line_count,
  charge_amount,
  paid_amount,
  rejected_count,
  note_count,
  sha256
from core.source_file
order by source_file_id
