-- The outcome of each check of judging: failed if anything violates it, passed if it was applied and nothing does, not
-- checked if what it needs is absent for all it applies to, else not applicable.
insert into mart.finding_summary (
  check_id, title, severity, unit, outcome, eligible_count, finding_count, not_checked_count, not_checked_reason,
  loaded_through
)
with
counted as (
  select
    judged.check_id,
    max(judged.eligible_count) as eligible_count,
    count(judged.item_number) as finding_count,
    max(judged.not_checked_count) as not_checked_count
  from judged
  group by judged.check_id
)

select
  judging.check_id,
  judging.title,
  judging.severity,
  judging.unit,
  case
    when counted.finding_count > 0 then 'failed'
    when counted.eligible_count > 0 then 'passed'
    when counted.not_checked_count > 0 then 'not checked'
    else 'not applicable'
  end,
  counted.eligible_count,
  counted.finding_count,
  counted.not_checked_count,
  case when counted.not_checked_count > 0 then concat('Needs ', judging.needs, '.') end,
  (select max(source_file.loaded_at) from core.source_file as source_file)
from judging
inner join counted
  on counted.check_id = judging.check_id
