-- title: Verdicts on what was sent, with the loaded file that each is about
-- row: one acknowledgment; the file is null where none, or more than one, could be meant
-- rule: control number and kind agree; files whose sender and receiver are those of the answer, swapped, come first
with answered as (
  select
    acknowledgment.acknowledgment_id,
    acknowledgment.acknowledgment_level,
    acknowledgment.control_number,
    coalesce(acknowledgment.transaction_code, acknowledgment.group_code) as code,
    header.sender_id,
    header.receiver_id,
    row_number() over (
      partition by acknowledgment.acknowledgment_id
      order by header.source_offset desc
    ) as nearness
  from core.acknowledgment as acknowledgment
  left join core.envelope as header
    on header.source_file_id = acknowledgment.source_file_id
    and header.source_offset < acknowledgment.source_offset
    and header.envelope_level = case acknowledgment.acknowledgment_level when 'interchange' then 'interchange' else 'group' end
),

candidate as (
  select
    answered.acknowledgment_id,
    sent.source_file_id,
    sent.source_offset,
    case
      when coalesce(sent.sender_id, parent.sender_id) = answered.receiver_id
        and coalesce(sent.receiver_id, parent.receiver_id) = answered.sender_id then 1
      else 0
    end as is_swapped
  from answered
  inner join core.envelope as sent
    on sent.envelope_level = answered.acknowledgment_level
    and sent.control_number = answered.control_number
    and (answered.acknowledgment_level = 'interchange' or sent.code = answered.code)
  inner join core.source_file as sent_file
    on sent_file.source_file_id = sent.source_file_id and sent_file.load_status <> 'rejected'
  left join core.envelope as parent
    on parent.source_file_id = sent.source_file_id and parent.source_offset = sent.parent_offset
  where answered.nearness = 1
),

ranked as (
  select
    candidate.acknowledgment_id,
    candidate.source_file_id,
    candidate.source_offset,
    candidate.is_swapped,
    max(candidate.is_swapped) over (partition by candidate.acknowledgment_id) as best
  from candidate
),

meant as (
  select
    ranked.acknowledgment_id,
    count(*) as candidate_count,
    min(ranked.source_file_id) as source_file_id,
    min(ranked.source_offset) as source_offset
  from ranked
  where ranked.is_swapped = ranked.best
  group by ranked.acknowledgment_id
),

error_count as (
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
  cast(case when meant.candidate_count = 1 then meant.source_offset end as bigint) as acknowledged_offset,
  cast(acknowledgment.acknowledgment_id as bigint) as acknowledgment_id
from core.acknowledgment as acknowledgment
inner join core.source_file as source_file
  on source_file.source_file_id = acknowledgment.source_file_id
left join meant
  on meant.acknowledgment_id = acknowledgment.acknowledgment_id
left join core.source_file as sent_file
  on sent_file.source_file_id = meant.source_file_id
left join error_count
  on error_count.acknowledgment_id = acknowledgment.acknowledgment_id
order by acknowledgment.source_file_id, acknowledgment.source_offset
