-- title: What each acknowledgment is about among the files that were sent
-- row: one acknowledgment that names a loaded interchange, group or transaction, or several alike
-- key: acknowledgment_id
-- rule: control number and kind agree; those whose sender and receiver are those of the answer, swapped, come first.
--   The place is that of the only one that is left, and null where several are
-- needs: core.acknowledgment
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
)

select
  cast(ranked.acknowledgment_id as bigint) as acknowledgment_id,
  cast(count(*) as bigint) as candidate_count,
  cast(case when count(*) = 1 then min(ranked.source_file_id) end as bigint) as sent_file_id,
  cast(case when count(*) = 1 then min(ranked.source_offset) end as bigint) as sent_offset
from ranked
where ranked.is_swapped = ranked.best
group by ranked.acknowledgment_id
