-- The headers of encounters: the visit, the payer and charge of its first claim to the primary payer, and the group
-- (DRG) by which that payer paid at last.
-- Lists that are unnested count as few rows in the plan: so the tables are searched for them, not read whole.
with visit as materialized (
  select
    encounter.encounter_id,
    encounter.encounter_class,
    encounter.patient_id,
    encounter.admit_date,
    encounter.discharge_date,
    encounter.facility_id,
    encounter.provider_id,
    encounter.coder_id,
    encounter.discharge_status_code,
    encounter.billed_drg_code
  from core.encounter as encounter
  where encounter.encounter_id in (select unnest($encounter_ids))
),

billed as materialized (
  select
    claim_encounter.encounter_id,
    claim_encounter.claim_id
  from core.claim_encounter as claim_encounter
  where claim_encounter.encounter_id in (select unnest($encounter_ids))
),

first_claim as (
  select
    billed.encounter_id,
    claim.payer_name,
    claim.charge_amount
  from billed
  inner join core.claim as claim
    on claim.claim_id = billed.claim_id
  where coalesce(claim.payer_sequence, 'P') = 'P'
  qualify row_number() over (
    partition by billed.encounter_id order by claim.submit_date nulls last, claim.claim_id
  ) = 1
),

paid as (
  select
    answered_stay.encounter_id,
    answered_stay.paid_drg
  from core.answered_stay as answered_stay
  where
    answered_stay.encounter_id in (select unnest($encounter_ids))
    and answered_stay.paid_drg is not null
    and not answered_stay.is_denied
  qualify row_number() over (
    partition by answered_stay.encounter_id
    order by answered_stay.payment_date desc nulls last, answered_stay.remit_claim_id desc
  ) = 1
),

patient as materialized (
  select
    patient.patient_id,
    patient.sex,
    patient.birth_date
  from core.patient as patient
  where patient.patient_id in (select unnest(list(visit.patient_id)) from visit)
)

select
  visit.encounter_id,
  visit.encounter_class,
  visit.patient_id,
  patient.sex,
  cast(date_part('year', age(visit.admit_date, patient.birth_date)) as bigint) as age_years,
  visit.admit_date,
  visit.discharge_date,
  visit.facility_id,
  visit.provider_id,
  visit.coder_id,
  visit.discharge_status_code,
  visit.billed_drg_code,
  paid.paid_drg as paid_drg_code,
  first_claim.payer_name,
  first_claim.charge_amount
from visit
left join paid
  on paid.encounter_id = visit.encounter_id
left join patient
  on patient.patient_id = visit.patient_id
left join first_claim
  on first_claim.encounter_id = visit.encounter_id
