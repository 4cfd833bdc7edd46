-- The outcome of the check whose rows are in judged: failed if anything violates it, passed if it was applied and
-- nothing does, not checked if what it needs is absent for all it applies to, else not applicable.
insert into mart.finding_summary (
  check_id, title, severity, unit, outcome, eligible_count, finding_count, not_checked_count, not_checked_reason,
  loaded_through
)
select
  $check_id,
  $title,
  $severity,
  $unit,
  case
    when count(judged.item_number) > 0 then 'failed'
    when max(judged.eligible_count) > 0 then 'passed'
    when max(judged.not_checked_count) > 0 then 'not checked'
    else 'not applicable'
  end,
  max(judged.eligible_count),
  count(judged.item_number),
  max(judged.not_checked_count),
  case when max(judged.not_checked_count) > 0 then concat('Needs ', cast($needs as varchar), '.') end,
  (select max(source_file.loaded_at) from core.source_file as source_file)
from judged
