-- contents
-- What is loaded: how many of each, the first and last day of it, and how many lack what the review needs.
select
  1 as place,
  'files' as content,
  cast(count(*) as bigint) as item_count,
  cast(null as date) as first_date,
  cast(null as date) as last_date,
  cast(count_if(load_status <> 'loaded') as bigint) as lacking_count,
  'not loaded, or not whole' as lack
from core.source_file
union all
select
  2,
  'encounters',
  cast(count(*) as bigint),
  min(coalesce(encounter.discharge_date, encounter.admit_date)),
  max(coalesce(encounter.discharge_date, encounter.admit_date)),
  cast(count_if(documented.encounter_id is null) as bigint),
  'without a document'
from core.encounter as encounter
left join (select distinct document.encounter_id from core.document as document) as documented
  on documented.encounter_id = encounter.encounter_id
union all
select
  3,
  'documents',
  cast(count(*) as bigint),
  cast(min(written_at) as date),
  cast(max(written_at) as date),
  cast(0 as bigint),
  ''
from core.document
union all
select
  4,
  'claims',
  cast(count(*) as bigint),
  min(coalesce(to_date, from_date)),
  max(coalesce(to_date, from_date)),
  cast(0 as bigint),
  ''
from core.claim
union all
select
  5,
  'remittances',
  cast(count(*) as bigint),
  min(payment_date),
  max(payment_date),
  cast(0 as bigint),
  ''
from core.remittance
order by place
