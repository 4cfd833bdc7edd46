-- Counts and charges of files whose explanations repeated claims of other files: of their claims, else of their answers.
update core.source_file
set
  claim_count = coalesce(
    (select nullif(count(*), 0) from core.claim as c where c.source_file_id = source_file.source_file_id),
    (select count(*) from core.remit_claim as p where p.source_file_id = source_file.source_file_id)
  ),
  line_count = coalesce(
    (select nullif(count(*), 0) from core.claim_line as l where l.source_file_id = source_file.source_file_id),
    (select count(*) from core.remit_line as l where l.source_file_id = source_file.source_file_id)
  ),
  charge_amount = coalesce(
    (select sum(c.charge_amount) from core.claim as c where c.source_file_id = source_file.source_file_id),
    (select sum(p.charge_amount) from core.remit_claim as p where p.source_file_id = source_file.source_file_id),
    0
  )
where list_contains($source_file_ids, source_file_id);
