-- How many claims, payments and encounters each file gave, of the files that gave any.
with given as (
  select claim.source_file_id
  from core.claim as claim
  union all
  select remit_claim.source_file_id
  from core.remit_claim as remit_claim
  union all
  select encounter.source_file_id
  from core.encounter as encounter
)

select
  given.source_file_id,
  count(*) as row_count
from given
group by given.source_file_id
order by given.source_file_id
