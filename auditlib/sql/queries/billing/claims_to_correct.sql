-- The latest claim of each chain of some encounters, what the payer answered last to the chain, and its number for it.
with billed as (
  select
    claim_encounter.encounter_id,
    claim.claim_id,
    coalesce(claim_chain.chain_id, claim.claim_id) as chain_id,
    case when coalesce(claim.payer_sequence, 'P') = 'P' then 0 else 1 end as is_other_payer,
    claim.form,
    claim.frequency_code,
    claim.payer_name,
    claim.submit_date,
    claim.charge_amount,
    claim.source_file_id,
    claim.source_offset
  from core.claim as claim
  inner join core.claim_encounter as claim_encounter
    on claim_encounter.claim_id = claim.claim_id
  left join core.claim_chain as claim_chain
    on claim_chain.claim_id = claim.claim_id
  where list_contains($encounter_ids, claim_encounter.encounter_id)
),

answer as (
  select
    billed.chain_id,
    billed.claim_id,
    remit_claim.payer_claim_control_number,
    remit_claim.claim_status_code,
    remit_claim.paid_amount,
    remit_claim.patient_responsibility_amount,
    remittance.payment_date,
    remit_claim.remit_claim_id
  from billed
  inner join core.claim_link as claim_link
    on claim_link.claim_id = billed.claim_id
  inner join core.remit_claim as remit_claim
    on remit_claim.remit_claim_id = claim_link.remit_claim_id
  inner join core.remittance as remittance
    on remittance.remittance_id = remit_claim.remittance_id
  where billed.is_other_payer = 0
),

-- The number of a reversal is that of what it takes back.
answered as (
  select
    answer.chain_id,
    answer.payer_claim_control_number,
    row_number() over (
      partition by answer.chain_id
      order by answer.payment_date desc nulls last, answer.remit_claim_id desc
    ) as latest_rank
  from answer
  where
    answer.payer_claim_control_number is not null
    and coalesce(answer.claim_status_code, '') <> '22'
),

latest_answer as (
  select
    answer.chain_id,
    answer.claim_status_code,
    answer.paid_amount,
    answer.patient_responsibility_amount,
    row_number() over (
      partition by answer.chain_id
      order by answer.payment_date desc nulls last, answer.remit_claim_id desc
    ) as latest_rank
  from answer
),

interim as (
  select
    billed.chain_id,
    count(*) as claim_count
  from billed
  where billed.is_other_payer = 0 and billed.frequency_code in ('2', '3', '4')
  group by billed.chain_id
),

rejected as (
  select distinct front_end_rejection.claim_id
  from core.front_end_rejection as front_end_rejection
  where front_end_rejection.claim_id is not null
),

ranked as (
  select
    billed.*,
    row_number() over (
      partition by billed.chain_id, billed.is_other_payer
      order by billed.submit_date desc nulls last, billed.claim_id desc
    ) as latest_rank
  from billed
)

select
  ranked.encounter_id,
  ranked.claim_id,
  ranked.form,
  ranked.frequency_code,
  ranked.payer_name,
  ranked.submit_date,
  ranked.charge_amount,
  cast(ranked.is_other_payer = 1 as boolean) as is_other_payer,
  ranked.source_file_id,
  ranked.source_offset,
  source_file.file_path,
  source_file.sha256,
  answered.payer_claim_control_number as payer_reference,
  latest_answer.claim_status_code,
  latest_answer.paid_amount,
  latest_answer.patient_responsibility_amount,
  coalesce(interim.claim_count, 0) as interim_count,
  rejected.claim_id is not null as is_rejected,
  own_answer.claim_id is not null as is_answered
from ranked
inner join core.source_file as source_file
  on source_file.source_file_id = ranked.source_file_id
left join answered
  on answered.chain_id = ranked.chain_id and answered.latest_rank = 1 and ranked.is_other_payer = 0
left join latest_answer
  on latest_answer.chain_id = ranked.chain_id and latest_answer.latest_rank = 1 and ranked.is_other_payer = 0
left join interim
  on interim.chain_id = ranked.chain_id
left join rejected
  on rejected.claim_id = ranked.claim_id
left join (select distinct answer.claim_id from answer) as own_answer
  on own_answer.claim_id = ranked.claim_id
where ranked.latest_rank = 1
order by ranked.encounter_id, ranked.submit_date, ranked.claim_id
