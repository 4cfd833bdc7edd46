-- One row per assigned code of an encounter that meets the filters; a null parameter is no filter.
-- The date is the last day of the visit or stay. A code has no payer and no charge of its own: the payer is that
-- of the encounter's first original claim to the primary payer.
with payer as (
  select
    claim_encounter.encounter_id,
    claim.payer_id,
    claim.payer_name,
    row_number() over (
      partition by claim_encounter.encounter_id
      order by
        case when coalesce(claim.frequency_code, '1') = '1' then 0 else 1 end,
        claim.charge_amount desc,
        claim.claim_id
    ) as claim_position
  from core.claim as claim
  inner join core.claim_encounter as claim_encounter
    on claim_encounter.claim_id = claim.claim_id
  where coalesce(claim.payer_sequence, 'P') = 'P'
)
select
  cast(encounter_code.encounter_id as varchar) || '-' || cast(encounter_code.code_number as varchar) as unit_id,
  cast(encounter.encounter_class as varchar) as encounter_class,
  cast(encounter.coder_id as varchar) as coder_id,
  cast(payer.payer_id as varchar) as payer_id,
  cast(payer.payer_name as varchar) as payer_name,
  cast(encounter.discharge_date as date) as service_date,
  substr(cast(encounter.discharge_date as varchar), 1, 7) as service_month,
  cast(encounter_code.encounter_id as varchar) as encounter_id,
  cast(encounter_code.code_system as varchar) as code_system,
  cast(encounter_code.code as varchar) as code
from core.encounter_code as encounter_code
inner join core.encounter as encounter
  on encounter.encounter_id = encounter_code.encounter_id
left join payer
  on payer.encounter_id = encounter_code.encounter_id
  and payer.claim_position = 1
where ($from_date is null or encounter.discharge_date >= cast($from_date as date))
  and ($to_date is null or encounter.discharge_date <= cast($to_date as date))
  and ($payer_id is null or payer.payer_id = cast($payer_id as varchar))
  and ($coder_id is null or encounter.coder_id = cast($coder_id as varchar))
  and ($encounter_class is null or encounter.encounter_class = cast($encounter_class as varchar))
order by unit_id
