-- The headers of encounters: the visit, and the payer and charge of its first claim to the primary payer.
with first_claim as (
  select
    claim_encounter.encounter_id,
    claim.payer_name,
    claim.charge_amount
  from core.claim as claim
  inner join core.claim_encounter as claim_encounter
    on claim_encounter.claim_id = claim.claim_id
  where claim_encounter.encounter_id in (select unnest($encounter_ids)) and coalesce(claim.payer_sequence, 'P') = 'P'
  qualify
    row_number() over (
      partition by claim_encounter.encounter_id order by claim.submit_date nulls last, claim.claim_id
    ) = 1
)
select
  encounter.encounter_id,
  encounter.encounter_class,
  encounter.patient_id,
  patient.sex,
  cast(date_part('year', age(encounter.admit_date, patient.birth_date)) as bigint) as age_years,
  encounter.admit_date,
  encounter.discharge_date,
  encounter.facility_id,
  encounter.provider_id,
  encounter.coder_id,
  encounter.discharge_status_code,
  encounter.billed_drg_code,
  first_claim.payer_name,
  first_claim.charge_amount
from core.encounter as encounter
left join core.patient as patient
  on patient.patient_id = encounter.patient_id
left join first_claim
  on first_claim.encounter_id = encounter.encounter_id
where encounter.encounter_id in (select unnest($encounter_ids))
