-- One row per encounter that meets the filters; a null parameter is no filter.
-- The date is the last day of the visit or stay. Payer and charge are those of the original claims to the
-- primary payer: of each claim form the claim of frequency 1, else the first known.
with primary_claim as (
  select
    claim_encounter.encounter_id,
    claim.payer_id,
    claim.payer_name,
    claim.charge_amount,
    claim.form,
    row_number() over (
      partition by claim_encounter.encounter_id, claim.form
      order by
        case when coalesce(claim.frequency_code, '1') = '1' then 0 else 1 end,
        coalesce(claim.submit_date, date '9999-12-31'),
        claim.claim_id
    ) as claim_position
  from core.claim as claim
  inner join core.claim_encounter as claim_encounter
    on claim_encounter.claim_id = claim.claim_id
  where coalesce(claim.payer_sequence, 'P') = 'P'
),
original_claim as (
  select
    primary_claim.encounter_id,
    primary_claim.payer_id,
    primary_claim.payer_name,
    primary_claim.charge_amount,
    row_number() over (
      partition by primary_claim.encounter_id
      order by primary_claim.charge_amount desc, primary_claim.form
    ) as payer_position
  from primary_claim
  where primary_claim.claim_position = 1
),
encounter_claim as (
  select
    original_claim.encounter_id,
    max(case when original_claim.payer_position = 1 then original_claim.payer_id end) as payer_id,
    max(case when original_claim.payer_position = 1 then original_claim.payer_name end) as payer_name,
    sum(original_claim.charge_amount) as charge_amount
  from original_claim
  group by original_claim.encounter_id
)
select
  cast(encounter.encounter_id as varchar) as unit_id,
  cast(encounter.encounter_class as varchar) as encounter_class,
  cast(encounter.coder_id as varchar) as coder_id,
  cast(encounter_claim.payer_id as varchar) as payer_id,
  cast(encounter_claim.payer_name as varchar) as payer_name,
  cast(encounter.discharge_date as date) as service_date,
  substr(cast(encounter.discharge_date as varchar), 1, 7) as service_month,
  cast(coalesce(encounter_claim.charge_amount, 0) as decimal(18, 2)) as charge_amount
from core.encounter as encounter
left join encounter_claim
  on encounter_claim.encounter_id = encounter.encounter_id
where ($from_date is null or encounter.discharge_date >= cast($from_date as date))
  and ($to_date is null or encounter.discharge_date <= cast($to_date as date))
  and ($payer_id is null or encounter_claim.payer_id = cast($payer_id as varchar))
  and ($coder_id is null or encounter.coder_id = cast($coder_id as varchar))
  and ($encounter_class is null or encounter.encounter_class = cast($encounter_class as varchar))
order by unit_id
