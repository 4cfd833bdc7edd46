-- One row per code that a machine coder assigned to an encounter that meets the filters; a null parameter is no filter.
-- The coder is the machine and its version. A code has no payer and no charge of its own: the payer is that of the
-- encounter's first original claim to the primary payer. The band is that of the confidence the machine stated.
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
  machine_code.encounter_id || ':' || cast(machine_code.code_number as varchar) || ':' || machine_code.coder_name || ' '
  || machine_code.coder_version as unit_id,
  cast(encounter.encounter_class as varchar) as encounter_class,
  machine_code.coder_name || ' ' || machine_code.coder_version as coder_id,
  cast(payer.payer_id as varchar) as payer_id,
  cast(payer.payer_name as varchar) as payer_name,
  cast(encounter.discharge_date as date) as service_date,
  substr(cast(encounter.discharge_date as varchar), 1, 7) as service_month,
  cast(machine_code.encounter_id as varchar) as encounter_id,
  cast(machine_code.code_system as varchar) as code_system,
  cast(machine_code.code as varchar) as code,
  case
    when machine_code.confidence_share is null then 'not stated'
    when machine_code.confidence_share < 0.5 then 'below 50 %'
    when machine_code.confidence_share < 0.7 then '50 to 70 %'
    when machine_code.confidence_share < 0.9 then '70 to 90 %'
    when machine_code.confidence_share < 0.95 then '90 to 95 %'
    else '95 % and more'
  end as confidence_band
from core.machine_code as machine_code
inner join core.encounter as encounter
  on encounter.encounter_id = machine_code.encounter_id
left join payer
  on payer.encounter_id = machine_code.encounter_id
  and payer.claim_position = 1
where ($from_date is null or encounter.discharge_date >= cast($from_date as date))
  and ($to_date is null or encounter.discharge_date <= cast($to_date as date))
  and ($payer_id is null or payer.payer_id = cast($payer_id as varchar))
  and ($coder_id is null or machine_code.coder_name || ' ' || machine_code.coder_version = cast($coder_id as varchar))
  and ($encounter_class is null or encounter.encounter_class = cast($encounter_class as varchar))
order by unit_id
