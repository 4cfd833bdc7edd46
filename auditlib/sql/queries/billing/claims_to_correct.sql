-- The claims of some encounters, which of them is the last of its chain, and the payer's latest number for that chain.
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

answered as (
  select
    billed.chain_id,
    remit_claim.payer_claim_control_number,
    row_number() over (
      partition by billed.chain_id
      order by remittance.payment_date desc nulls last, remit_claim.remit_claim_id desc
    ) as latest_rank
  from billed
  inner join core.claim_link as claim_link
    on claim_link.claim_id = billed.claim_id
  inner join core.remit_claim as remit_claim
    on remit_claim.remit_claim_id = claim_link.remit_claim_id
  inner join core.remittance as remittance
    on remittance.remittance_id = remit_claim.remittance_id
  where
    billed.is_other_payer = 0
    and remit_claim.payer_claim_control_number is not null
    and coalesce(remit_claim.claim_status_code, '') <> '22'
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
  answered.payer_claim_control_number as payer_reference
from ranked
inner join core.source_file as source_file
  on source_file.source_file_id = ranked.source_file_id
left join answered
  on answered.chain_id = ranked.chain_id and answered.latest_rank = 1 and ranked.is_other_payer = 0
where ranked.latest_rank = 1
order by ranked.encounter_id, ranked.submit_date, ranked.claim_id
