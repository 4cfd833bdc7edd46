-- Counts and dollars of files of which a truncated transaction was replaced by the whole one of another file.
update core.source_file
set
  transaction_count = (
    select count(*) from core.source_transaction as t where t.source_file_id = source_file.source_file_id
  ),
  claim_count = (select count(*) from core.claim as c where c.source_file_id = source_file.source_file_id)
  + (select count(*) from core.remit_claim as p where p.source_file_id = source_file.source_file_id),
  line_count = (select count(*) from core.claim_line as l where l.source_file_id = source_file.source_file_id)
  + (select count(*) from core.remit_line as l where l.source_file_id = source_file.source_file_id),
  charge_amount
  = (select coalesce(sum(c.charge_amount), 0) from core.claim as c where c.source_file_id = source_file.source_file_id)
  + (select coalesce(sum(p.charge_amount), 0) from core.remit_claim as p where p.source_file_id = source_file.source_file_id),
  paid_amount = (
    select coalesce(sum(p.paid_amount), 0) from core.remit_claim as p where p.source_file_id = source_file.source_file_id
  ),
  rejected_count = (
    select count(*) from core.rejected_record as r where r.source_file_id = source_file.source_file_id
  ),
  load_status = 'loaded with rejects'
where list_contains($source_file_ids, source_file_id);
