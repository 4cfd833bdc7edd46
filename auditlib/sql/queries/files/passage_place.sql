-- title: Where claims and claim payments stand in their files
-- row: one claim or claim payment of an account, or the one with an id
with asked as (
  select 'claim' as kind, claim.claim_id as row_id, claim.source_file_id, claim.source_offset
  from core.claim as claim
  where claim.patient_control_number = $number or cast(claim.claim_id as varchar) = $number
  union all
  select 'claim payment', remit_claim.remit_claim_id, remit_claim.source_file_id, remit_claim.source_offset
  from core.remit_claim as remit_claim
  where remit_claim.patient_control_number = $number or cast(remit_claim.remit_claim_id as varchar) = $number
),

above as (
  select
    asked.row_id,
    min(envelope.source_offset) as first_offset,
    max(case when envelope.envelope_level = 'interchange' then envelope.source_offset end) as interchange_offset,
    max(case when envelope.envelope_level = 'group' then envelope.source_offset end) as group_offset,
    max(case when envelope.envelope_level = 'transaction' then envelope.source_offset end) as transaction_offset
  from asked
  inner join core.envelope as envelope
    on envelope.source_file_id = asked.source_file_id and envelope.source_offset < asked.source_offset
  group by asked.row_id
)

select
  cast(asked.kind as varchar) as kind,
  cast(asked.row_id as bigint) as row_id,
  cast(source_file.file_name as varchar) as file_name,
  cast(source_file.file_path as varchar) as file_path,
  cast(source_file.format as varchar) as format,
  cast(source_file.sha256 as varchar) as sha256,
  cast(source_file.byte_count as bigint) as byte_count,
  cast(asked.source_offset as bigint) as source_offset,
  cast(coalesce(above.interchange_offset, above.first_offset) as bigint) as opening_offset,
  cast(case when above.group_offset > coalesce(above.interchange_offset, -1) then above.group_offset end as bigint)
    as group_offset,
  cast(above.transaction_offset as bigint) as transaction_offset
from asked
inner join core.source_file as source_file
  on source_file.source_file_id = asked.source_file_id
left join above
  on above.row_id = asked.row_id
order by asked.source_file_id, asked.source_offset
