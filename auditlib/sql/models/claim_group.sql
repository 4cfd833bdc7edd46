-- title: The claims to the primary payer that bill the same services
-- row: one claim to the primary payer
-- key: claim_id
-- needs: core.claim_role
-- cut: patient_control_number
-- rule: claims of one form, encounter, payer and first day are one group. A claim that follows another and finds no
--   original of its day joins the only day that has one. The group is known by its first claim: an original before
--   those that follow, then the earliest submitted
with billed as (
  select
    claim.claim_id,
    claim.form,
    claim_role.encounter_key,
    claim_role.payer_key,
    claim_role.is_follower,
    coalesce(claim.from_date, date '0001-01-01') as service_day,
    coalesce(claim.submit_date, date '0001-01-01') as submit_day
  from core.claim as claim
  inner join core.claim_role as claim_role
    on claim_role.claim_id = claim.claim_id
  where claim_role.is_primary
),

original_day as (
  select distinct
    billed.form,
    billed.encounter_key,
    billed.payer_key,
    billed.service_day
  from billed
  where not billed.is_follower
),

only_day as (
  select
    original_day.form,
    original_day.encounter_key,
    original_day.payer_key,
    min(original_day.service_day) as service_day
  from original_day
  group by
    original_day.form,
    original_day.encounter_key,
    original_day.payer_key
  having count(*) = 1
),

placed as (
  select
    billed.claim_id,
    billed.form,
    billed.encounter_key,
    billed.payer_key,
    billed.submit_day,
    billed.is_follower,
    coalesce(original_day.service_day, only_day.service_day, billed.service_day) as group_day,
    original_day.service_day is null and only_day.service_day is not null as is_other_day
  from billed
  left join original_day
    on original_day.form = billed.form
    and original_day.encounter_key = billed.encounter_key
    and original_day.payer_key = billed.payer_key
    and original_day.service_day = billed.service_day
  left join only_day
    on only_day.form = billed.form
    and only_day.encounter_key = billed.encounter_key
    and only_day.payer_key = billed.payer_key
)

select
  cast(placed.claim_id as bigint) as claim_id,
  cast(
    first_value(placed.claim_id) over (
      partition by placed.form, placed.encounter_key, placed.payer_key, placed.group_day
      order by case when placed.is_follower then 1 else 0 end, placed.submit_day, placed.claim_id
    ) as bigint
  ) as head_id,
  placed.is_other_day
from placed
