-- The encounters or claims with a line of an original claim to the primary payer that has a wanted code and a wanted
-- provider; a frame without rows, and a null payer, wants all.
select distinct
  case when $unit = 'claim' then cast(claim.claim_id as varchar) else claim_encounter.encounter_id end as unit_id
from core.claim as claim
inner join core.claim_encounter as claim_encounter
  on claim_encounter.claim_id = claim.claim_id
inner join core.claim_line as claim_line
  on claim_line.claim_id = claim.claim_id
where coalesce(claim.payer_sequence, 'P') = 'P'
  and coalesce(claim.frequency_code, '1') not in ('7', '8')
  and ($payer_id is null or claim.payer_id = cast($payer_id as varchar))
  and (
    not exists (select 1 from wanted_provider)
    or coalesce(claim.rendering_provider_id, claim.billing_provider_id)
      in (select wanted_provider.provider_id from wanted_provider)
  )
  and (
    not exists (select 1 from wanted_code)
    or exists (
      select 1
      from wanted_code
      where claim_line.code between wanted_code.code_from and wanted_code.code_to
    )
  )
order by unit_id
