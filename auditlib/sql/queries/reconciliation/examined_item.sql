-- title: What the rules of balance are held against: of every file but those of FHIR and RIF, which tell neither all
--   adjustments nor lines alone
-- row: one kind of item
with examined as (
  select 'claims' as item, source_file_id from core.claim
  union all
  select 'claim payments', source_file_id from core.remit_claim
  union all
  select 'lines of claim payments', source_file_id from core.remit_line
  union all
  select 'remittances', source_file_id from core.remittance
  union all
  select 'claim payments with lines, against these', remit_claim.source_file_id
  from core.remit_claim as remit_claim
  where exists (
    select 1 from core.remit_line as remit_line where remit_line.remit_claim_id = remit_claim.remit_claim_id
  )
)

select
  examined.item,
  cast(count(*) as bigint) as item_count
from examined
inner join core.source_file as source_file
  on source_file.source_file_id = examined.source_file_id
  and source_file.format <> 'FHIR'
  and source_file.format not like 'RIF %'
group by examined.item
order by examined.item
