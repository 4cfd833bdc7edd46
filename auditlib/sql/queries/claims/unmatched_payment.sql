-- title: The claim payments that answer no loaded claim, or fit several equally, with the reason
-- row: one claim payment without a claim
with nearest as (
  select
    link_candidate.remit_claim_id,
    count(*) as candidate_count,
    string_agg(distinct link_candidate.contradiction, '; ' order by link_candidate.contradiction) as contradictions
  from core.link_candidate as link_candidate
  inner join core.claim_link as claim_link
    on claim_link.remit_claim_id = link_candidate.remit_claim_id and claim_link.claim_id is null
  group by link_candidate.remit_claim_id
)
select
  cast(claim_link.link_method as varchar) as reason,
  cast(remit_claim.patient_control_number as varchar) as patient_control_number,
  cast(coalesce(remittance.payer_name, remittance.payer_id) as varchar) as payer,
  cast(remittance.payment_date as date) as payment_date,
  cast(remit_claim.claim_status_code as varchar) as claim_status_code,
  cast(remit_claim.charge_amount as decimal(18, 2)) as charge_amount,
  cast(remit_claim.paid_amount as decimal(18, 2)) as paid_amount,
  cast(remit_claim.payer_claim_control_number as varchar) as payer_claim_control_number,
  cast(coalesce(nearest.candidate_count, 0) as bigint) as candidate_count,
  cast(nearest.contradictions as varchar) as contradictions,
  cast(claim_link.remit_claim_id as bigint) as remit_claim_id,
  cast(coalesce(remittance.payer_id, 'unknown') as varchar) as payer_id,
  cast(remit_claim.from_date as date) as from_date,
  cast(source_file.file_name as varchar) as file_name,
  cast(remit_claim.source_offset as bigint) as source_offset
from core.claim_link as claim_link
inner join core.remit_claim as remit_claim
  on remit_claim.remit_claim_id = claim_link.remit_claim_id
inner join core.remittance as remittance
  on remittance.remittance_id = remit_claim.remittance_id
inner join core.source_file as source_file
  on source_file.source_file_id = remit_claim.source_file_id
left join nearest
  on nearest.remit_claim_id = claim_link.remit_claim_id
where claim_link.claim_id is null
order by reason, patient_control_number, remit_claim_id
