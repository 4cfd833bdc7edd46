-- One row per original claim to the primary payer that meets the filters; a null parameter is no filter.
-- Replacements, voids and claims to other payers bill the same services again and are no units.
-- The date is the last date of service. Class and coder are those of the encounter that the claim bills.
select
  cast(claim.claim_id as varchar) as unit_id,
  cast(encounter.encounter_class as varchar) as encounter_class,
  cast(encounter.coder_id as varchar) as coder_id,
  cast(claim.payer_id as varchar) as payer_id,
  cast(claim.payer_name as varchar) as payer_name,
  cast(coalesce(claim.to_date, claim.from_date) as date) as service_date,
  substr(cast(coalesce(claim.to_date, claim.from_date) as varchar), 1, 7) as service_month,
  cast(claim.charge_amount as decimal(18, 2)) as charge_amount
from core.claim as claim
left join core.claim_encounter as claim_encounter
  on claim_encounter.claim_id = claim.claim_id
left join core.encounter as encounter
  on encounter.encounter_id = claim_encounter.encounter_id
where coalesce(claim.payer_sequence, 'P') = 'P'
  and coalesce(claim.frequency_code, '1') not in ('7', '8')
  and ($from_date is null or coalesce(claim.to_date, claim.from_date) >= cast($from_date as date))
  and ($to_date is null or coalesce(claim.to_date, claim.from_date) <= cast($to_date as date))
  and ($payer_id is null or claim.payer_id = cast($payer_id as varchar))
  and ($coder_id is null or encounter.coder_id = cast($coder_id as varchar))
  and ($encounter_class is null or encounter.encounter_class = cast($encounter_class as varchar))
order by unit_id
