-- title: The claims that claim payments name by reference
-- row: one claim payment and one loaded claim under the first of its addresses that a claim has
-- key: remit_claim_id, claim_id
-- cut: patient_control_number
-- rule: a claim in the same file comes before one of that address in another. An answer that names another patient does
--   not answer the claim; of several under one address that may be meant, none is taken
-- source: HL7 FHIR R4, Resolving references in Bundles; ClaimResponse.request, ExplanationOfBenefit.claim
-- needs: core.answered_address
with addressed as (
  select
    answered_address.remit_claim_id,
    claim_address.claim_id,
    coalesce(answered_address.patient_id <> claim_address.patient_id, false) as is_other_patient,
    answered_address.preference * 2
    + case when claim_address.source_file_id = answered_address.source_file_id then 0 else 1 end as place
  from core.answered_address as answered_address
  inner join core.claim_address as claim_address
    on claim_address.address = answered_address.address
),

first_place as (
  select
    addressed.remit_claim_id,
    min(addressed.place) as place
  from addressed
  group by addressed.remit_claim_id
),

named as (
  select distinct
    addressed.remit_claim_id,
    addressed.claim_id,
    addressed.is_other_patient
  from addressed
  inner join first_place
    on first_place.remit_claim_id = addressed.remit_claim_id and first_place.place = addressed.place
)

select
  cast(named.remit_claim_id as bigint) as remit_claim_id,
  cast(named.claim_id as bigint) as claim_id,
  named.is_other_patient,
  not named.is_other_patient
  and sum(case when named.is_other_patient then 0 else 1 end) over (partition by named.remit_claim_id) = 1
    as is_answered
from named
