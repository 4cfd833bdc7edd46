-- Every file that was given to load.
select
  file_name,
  format,
  load_status,
  transaction_count,
  encounter_count,
  claim_count,
  line_count,
  charge_amount,
  paid_amount,
  rejected_count,
  sha256
from core.source_file
order by source_file_id
