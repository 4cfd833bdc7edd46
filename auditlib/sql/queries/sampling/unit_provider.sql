-- The provider of each encounter, or of each claim: who rendered the service, else who billed it.
select
  cast(encounter.encounter_id as varchar) as unit_id,
  cast(encounter.provider_id as varchar) as provider_id
from core.encounter as encounter
where $unit = 'encounter'
union all
select
  cast(claim.claim_id as varchar) as unit_id,
  cast(coalesce(claim.rendering_provider_id, claim.billing_provider_id) as varchar) as provider_id
from core.claim as claim
where $unit = 'claim'
order by unit_id
