-- title: The encounter that each claim bills
-- row: one claim
-- key: claim_id
-- loaded: core.encounter
-- needs: core.claim
-- cut: patient_control_number
-- rule: a claim whose control number is the id of an encounter that a file gave bills that encounter. All other claims
--   are grouped by control number, billing provider and patient, the unknown as a value: two practices may use one
--   number. The group that was loaded first keeps the bare number as the encounter's id; each later group adds its
--   billing provider and patient to it, as number~provider~patient, so that no later load renames an encounter; nor
--   does a pseudonym that got a key since
with grouped as (
  select
    claim.claim_id,
    claim.patient_control_number,
    claim.billing_provider_id,
    claim.patient_id,
    min(claim.claim_id) over (
      partition by claim.patient_control_number, claim.billing_provider_id, claim.patient_id
    ) as first_of_group,
    min(claim.claim_id) over (partition by claim.patient_control_number) as first_of_number
  from core.claim as claim
)
select
  cast(grouped.claim_id as bigint) as claim_id,
  cast(
    case
      when encounter.encounter_id is not null then encounter.encounter_id
      when grouped.first_of_group = grouped.first_of_number then grouped.patient_control_number
      else concat(
        grouped.patient_control_number, '~',
        coalesce(grouped.billing_provider_id, 'unknown'), '~',
        coalesce(earlier.earlier_patient_id, grouped.patient_id, 'unknown')
      )
    end as varchar
  ) as encounter_id
from grouped
left join core.encounter as encounter
  on encounter.encounter_id = grouped.patient_control_number and encounter.origin <> 'claim'
left join core.earlier_pseudonym as earlier
  on earlier.patient_id = grouped.patient_id
-- By encounter, so that the claims of one lie together.
order by encounter_id, claim_id
