-- title: Verdicts on what was sent, with the loaded file that each is about
-- row: one acknowledgment; the file is null where none, or more than one, could be meant
-- rule: control number and kind agree; files whose sender and receiver are those of the answer, swapped, come first
with error_count as (
  select
    acknowledgment_error.acknowledgment_id,
    count(*) as error_count
  from core.acknowledgment_error as acknowledgment_error
  group by acknowledgment_error.acknowledgment_id
)

select
  cast(source_file.file_name as varchar) as file_name,
  cast(acknowledgment.source_offset as bigint) as source_offset,
  cast(acknowledgment.transaction_kind as varchar) as transaction_kind,
  cast(acknowledgment.acknowledgment_level as varchar) as acknowledgment_level,
  cast(coalesce(acknowledgment.transaction_code, acknowledgment.group_code) as varchar) as code,
  cast(acknowledgment.control_number as varchar) as control_number,
  cast(acknowledgment.status_code as varchar) as status_code,
  cast(acknowledgment.error_codes as varchar) as error_codes,
  cast(acknowledgment.received_count as bigint) as received_count,
  cast(acknowledgment.accepted_count as bigint) as accepted_count,
  cast(coalesce(error_count.error_count, 0) as bigint) as error_count,
  cast(coalesce(meant.candidate_count, 0) as bigint) as candidate_count,
  cast(case when meant.candidate_count = 1 then sent_file.file_name end as varchar) as acknowledged_file_name,
  cast(case when meant.candidate_count = 1 then meant.sent_offset end as bigint) as acknowledged_offset,
  cast(acknowledgment.acknowledgment_id as bigint) as acknowledgment_id
from core.acknowledgment as acknowledgment
inner join core.source_file as source_file
  on source_file.source_file_id = acknowledgment.source_file_id
left join core.acknowledged_envelope as meant
  on meant.acknowledgment_id = acknowledgment.acknowledgment_id
left join core.source_file as sent_file
  on sent_file.source_file_id = meant.sent_file_id
left join error_count
  on error_count.acknowledgment_id = acknowledgment.acknowledgment_id
order by acknowledgment.source_file_id, acknowledgment.source_offset
