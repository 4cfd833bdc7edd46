-- What payers answered on one encounter's claims, in order of payment; and what answers no known claim but carries the
-- encounter's id as its control number, where no other encounter's claims carry that number.
select
  remittance.payment_date,
  remittance.payer_name,
  remit_claim.claim_status_code,
  remit_claim.charge_amount,
  remit_claim.paid_amount,
  source_file.file_name,
  remit_claim.source_offset
from core.remit_claim as remit_claim
inner join core.remittance as remittance
  on remittance.remittance_id = remit_claim.remittance_id
inner join core.source_file as source_file
  on source_file.source_file_id = remit_claim.source_file_id
left join core.claim_link as claim_link
  on claim_link.remit_claim_id = remit_claim.remit_claim_id
left join core.claim_encounter as claim_encounter
  on claim_encounter.claim_id = claim_link.claim_id
where
  claim_encounter.encounter_id = $encounter_id
  or (
    claim_encounter.encounter_id is null
    and remit_claim.patient_control_number = $encounter_id
    and not exists (
      select 1
      from core.claim as claim
      inner join core.claim_encounter as other_encounter
        on other_encounter.claim_id = claim.claim_id
      where claim.patient_control_number = $encounter_id and other_encounter.encounter_id <> $encounter_id
    )
  )
order by remittance.payment_date, remit_claim.remit_claim_id
