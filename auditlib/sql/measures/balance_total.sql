-- title: How many claims, payments, lines and remittances add up, by file and rule
-- row: one file and rule
with examined as (
  select 'claim charge' as balance_rule, claim.source_file_id, count(*) as eligible_count
  from core.claim as claim
  group by claim.source_file_id
  union all
  select 'line payment', remit_line.source_file_id, count(*)
  from core.remit_line as remit_line
  group by remit_line.source_file_id
  union all
  select 'claim payment', remit_claim.source_file_id, count(*)
  from core.remit_claim as remit_claim
  group by remit_claim.source_file_id
  union all
  select 'payment charge', remit_line.source_file_id, count(distinct remit_line.remit_claim_id)
  from core.remit_line as remit_line
  group by remit_line.source_file_id
  union all
  select 'remittance payment', remittance.source_file_id, count(*)
  from core.remittance as remittance
  group by remittance.source_file_id
),

unbalanced as (
  select
    balance.balance_rule,
    balance.source_file_id,
    count(*) as unbalanced_count,
    sum(balance.difference_amount) as difference_amount,
    sum(abs(balance.difference_amount)) as gross_difference_amount
  from core.balance as balance
  group by balance.balance_rule, balance.source_file_id
)

select
  cast(examined.balance_rule as varchar) as balance_rule,
  cast(examined.source_file_id as bigint) as source_file_id,
  cast(source_file.file_name as varchar) as file_name,
  cast(examined.eligible_count as bigint) as eligible_count,
  cast(examined.eligible_count - coalesce(unbalanced.unbalanced_count, 0) as bigint) as balanced_count,
  cast(coalesce(unbalanced.unbalanced_count, 0) as bigint) as unbalanced_count,
  cast(coalesce(unbalanced.difference_amount, 0) as decimal(18, 2)) as difference_amount,
  cast(coalesce(unbalanced.gross_difference_amount, 0) as decimal(18, 2)) as gross_difference_amount
from examined
inner join core.source_file as source_file
  on source_file.source_file_id = examined.source_file_id
  and source_file.format <> 'FHIR'
  and source_file.format not like 'RIF %'
left join unbalanced
  on unbalanced.source_file_id = examined.source_file_id and unbalanced.balance_rule = examined.balance_rule
order by source_file_id, balance_rule
