-- Rows of provider_adjustment of some files, in file order.
select
  provider_adjustment.provider_id,
  provider_adjustment.reason_code,
  provider_adjustment.reference_number,
  provider_adjustment.adjustment_amount,
  provider_adjustment.source_file_id,
  provider_adjustment.source_offset
from core.provider_adjustment as provider_adjustment
where list_contains($source_file_ids, provider_adjustment.source_file_id)
order by provider_adjustment.source_file_id, provider_adjustment.source_offset
