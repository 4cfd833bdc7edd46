-- title: The claims that were rejected before adjudication
-- row: one rejection of one claim; claim_id is null where a rejected claim is not loaded, or several claims fit
-- key: answer_id, status_number, claim_id
-- rule: a 277CA rejects by the categories A3, A6, A7 and A8: a claim by its control number, sent before the answer, with
--   its batch number, charge, provider and days where both are known, the latest of those left; a provider or a batch with
--   all claims of the batch number. A rejected interchange, group or transaction (TA1, 999, 997) rejects its claims. A claim
--   that a later 277CA accepts into adjudication (A2) was rejected, and no longer is
-- source: ASC X12N 005010X214 (277CA); 005010X231A1 (999), IK501 and AK901; TA104
-- needs: core.acknowledgment, core.claim_status
with status as (
  select
    claim_status.claim_status_id,
    claim_status.status_number,
    claim_status.status_level,
    claim_status.patient_control_number,
    claim_status.batch_trace_number,
    claim_status.provider_id,
    claim_status.charge_amount,
    claim_status.from_date,
    claim_status.status_category_code,
    claim_status.status_code,
    claim_status.entity_code,
    coalesce(claim_status.status_date, claim_status.response_date) as answer_date,
    coalesce(claim_status.payer_name, claim_status.payer_id) as rejected_by,
    claim_status.source_file_id,
    claim_status.source_offset
  from core.claim_status as claim_status
  where
    claim_status.transaction_kind = '277CA'
    and claim_status.status_category_code in ('A2', 'A3', 'A6', 'A7', 'A8')
),

claim_candidate as (
  select
    status.claim_status_id,
    status.status_number,
    claim.claim_id,
    row_number() over (
      partition by status.claim_status_id, status.status_number
      order by
        case when claim.batch_number = status.batch_trace_number then 0 else 1 end,
        case when claim.charge_amount = status.charge_amount then 0 else 1 end,
        coalesce(claim.submit_date, date '0001-01-01') desc,
        claim.claim_id desc
    ) as preference
  from status
  inner join core.claim as claim
    on claim.patient_control_number = status.patient_control_number
    and coalesce(claim.submit_date <= status.answer_date, true)
    and coalesce(claim.billing_provider_id = status.provider_id, true)
    and coalesce(claim.batch_number = status.batch_trace_number, true)
    and coalesce(status.from_date between claim.from_date and coalesce(claim.to_date, claim.from_date), true)
  where status.status_level in ('claim', 'line')
),

accepted as (
  select
    claim_candidate.claim_id,
    max(status.answer_date) as accepted_date
  from status
  inner join claim_candidate
    on claim_candidate.claim_status_id = status.claim_status_id
    and claim_candidate.status_number = status.status_number
    and claim_candidate.preference = 1
  where status.status_category_code = 'A2' and status.status_level = 'claim'
  group by claim_candidate.claim_id
),

-- One claim is rejected once for a reason, though a batch or a line of it states the same again.
of_status as (
  select
    status.claim_status_id,
    status.status_number,
    claim_candidate.claim_id
  from status
  left join claim_candidate
    on claim_candidate.claim_status_id = status.claim_status_id
    and claim_candidate.status_number = status.status_number
    and claim_candidate.preference = 1
  where status.status_level in ('claim', 'line') and status.status_category_code <> 'A2'
  union all
  select
    status.claim_status_id,
    status.status_number,
    claim.claim_id
  from status
  left join core.claim as claim
    on claim.batch_number = status.batch_trace_number
    and (status.status_level <> 'provider' or claim.billing_provider_id = status.provider_id)
    and coalesce(claim.submit_date <= status.answer_date, true)
  where status.status_level not in ('claim', 'line') and status.status_category_code <> 'A2'
),

verdict as (
  select
    acknowledgment.acknowledgment_id,
    acknowledgment.transaction_kind,
    acknowledgment.acknowledgment_level,
    acknowledgment.status_code,
    acknowledgment.error_codes,
    acknowledged_envelope.sent_file_id,
    acknowledged_envelope.sent_offset,
    acknowledgment.source_file_id,
    acknowledgment.source_offset
  from core.acknowledgment as acknowledgment
  inner join core.acknowledged_envelope as acknowledged_envelope
    on acknowledged_envelope.acknowledgment_id = acknowledgment.acknowledgment_id
  where acknowledgment.status_code not in ('A', 'E', 'P')
),

envelope_end as (
  select
    envelope.source_file_id,
    envelope.source_offset,
    envelope.envelope_level,
    lead(envelope.source_offset) over (
      partition by envelope.source_file_id, envelope.envelope_level
      order by envelope.source_offset
    ) as next_offset
  from core.envelope as envelope
),

answer_day as (
  select
    envelope.source_file_id,
    max(envelope.envelope_date) as envelope_date
  from core.envelope as envelope
  group by envelope.source_file_id
),

of_verdict as (
  select
    verdict.acknowledgment_id,
    claim.claim_id,
    row_number() over (
      partition by claim.claim_id
      order by
        case verdict.acknowledgment_level when 'transaction' then 0 when 'group' then 1 else 2 end,
        verdict.acknowledgment_id
    ) as preference
  from verdict
  inner join envelope_end
    on envelope_end.source_file_id = verdict.sent_file_id
    and envelope_end.source_offset = verdict.sent_offset
    and envelope_end.envelope_level = verdict.acknowledgment_level
  inner join core.claim as claim
    on claim.source_file_id = envelope_end.source_file_id
    and claim.source_offset > envelope_end.source_offset
    and (envelope_end.next_offset is null or claim.source_offset < envelope_end.next_offset)
)

select
  cast(of_status.claim_id as bigint) as claim_id,
  cast(status.claim_status_id as bigint) as answer_id,
  cast(status.status_number as bigint) as status_number,
  cast('277CA' as varchar) as transaction_kind,
  cast(status.status_level as varchar) as rejection_level,
  cast(status.patient_control_number as varchar) as patient_control_number,
  cast(concat(status.status_category_code, ' ', coalesce(status.status_code, '')) as varchar) as rejection_code,
  cast(status.entity_code as varchar) as entity_code,
  cast(status.rejected_by as varchar) as rejected_by,
  cast(status.answer_date as date) as rejection_date,
  cast(case when accepted.accepted_date > status.answer_date then accepted.accepted_date end as date)
    as later_accepted_date,
  cast(status.source_file_id as bigint) as source_file_id,
  cast(status.source_offset as bigint) as source_offset
from of_status
inner join status
  on status.claim_status_id = of_status.claim_status_id and status.status_number = of_status.status_number
left join accepted
  on accepted.claim_id = of_status.claim_id
union all
select
  cast(of_verdict.claim_id as bigint) as claim_id,
  cast(verdict.acknowledgment_id as bigint) as answer_id,
  cast(1 as bigint) as status_number,
  cast(verdict.transaction_kind as varchar) as transaction_kind,
  cast(verdict.acknowledgment_level as varchar) as rejection_level,
  cast(claim.patient_control_number as varchar) as patient_control_number,
  cast(trim(concat(verdict.status_code, ' ', coalesce(verdict.error_codes, ''))) as varchar) as rejection_code,
  cast(null as varchar) as entity_code,
  cast(null as varchar) as rejected_by,
  cast(answer_day.envelope_date as date) as rejection_date,
  cast(case when accepted.accepted_date > answer_day.envelope_date then accepted.accepted_date end as date)
    as later_accepted_date,
  cast(verdict.source_file_id as bigint) as source_file_id,
  cast(verdict.source_offset as bigint) as source_offset
from of_verdict
inner join verdict
  on verdict.acknowledgment_id = of_verdict.acknowledgment_id
inner join core.claim as claim
  on claim.claim_id = of_verdict.claim_id
left join answer_day
  on answer_day.source_file_id = verdict.source_file_id
left join accepted
  on accepted.claim_id = of_verdict.claim_id
where of_verdict.preference = 1
