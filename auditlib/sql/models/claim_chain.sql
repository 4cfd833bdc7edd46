-- title: The chain of claims that each claim belongs to
-- row: one claim; chain_id is the first claim of its chain, null where no chain or more than one fits
-- rule: claims to the primary payer of one form, encounter, payer and first day are one chain. A replacement, void or
--   late charge without an original of its own day joins the only day there is; one without any original joins the
--   chain of the claim whose payment carries the control number that it refers to. A claim to a later payer joins
--   the chain of its number that is nearest: of its encounter, then of its day, then the latest
with recursive billed as (
  select
    claim.claim_id,
    claim.form,
    claim.patient_control_number,
    claim.original_reference_number,
    coalesce(claim_encounter.encounter_id, claim.patient_control_number) as encounter_key,
    coalesce(claim.payer_id, claim.payer_name, '') as payer_key,
    coalesce(claim.from_date, date '0001-01-01') as service_day,
    coalesce(claim.submit_date, date '0001-01-01') as submit_day,
    coalesce(claim.frequency_code, '1') as frequency_code,
    case when claim.frequency_code in ('5', '6', '7', '8') then 1 else 0 end as is_follower,
    case when coalesce(claim.payer_sequence, 'P') = 'P' then 0 else 1 end as is_other_payer
  from core.claim as claim
  left join core.claim_encounter as claim_encounter
    on claim_encounter.claim_id = claim.claim_id
),

original_day as (
  select distinct
    billed.form,
    billed.encounter_key,
    billed.payer_key,
    billed.service_day
  from billed
  where billed.is_follower = 0 and billed.is_other_payer = 0
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

grouped as (
  select
    billed.claim_id,
    billed.form,
    billed.encounter_key,
    billed.payer_key,
    billed.original_reference_number,
    billed.submit_day,
    billed.is_follower,
    coalesce(original_day.service_day, only_day.service_day, billed.service_day) as chain_day,
    case when original_day.service_day is null and only_day.service_day is not null then 1 else 0 end as is_other_day
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
  where billed.is_other_payer = 0
),

headed as (
  select
    grouped.claim_id,
    grouped.form,
    grouped.payer_key,
    grouped.original_reference_number,
    grouped.submit_day,
    grouped.is_follower,
    grouped.is_other_day,
    first_value(grouped.claim_id) over (
      partition by grouped.form, grouped.encounter_key, grouped.payer_key, grouped.chain_day
      order by grouped.is_follower, grouped.submit_day, grouped.claim_id
    ) as head_id
  from grouped
),

-- A group without an original goes where its first claim refers to: what it refers to was submitted before it, so no circle.
referred as (
  select
    follower.claim_id as head_id,
    min(answered.head_id) as earlier_id
  from headed as follower
  inner join core.remit_claim as remit_claim
    on remit_claim.payer_claim_control_number = follower.original_reference_number
  inner join core.claim_link as claim_link
    on claim_link.remit_claim_id = remit_claim.remit_claim_id
  inner join headed as answered
    on answered.claim_id = claim_link.claim_id
    and answered.form = follower.form
    and answered.payer_key = follower.payer_key
  where
    follower.claim_id = follower.head_id
    and follower.is_follower = 1
    and (
      answered.submit_day < follower.submit_day
      or (answered.submit_day = follower.submit_day and answered.claim_id < follower.claim_id)
    )
  group by follower.claim_id
  having count(distinct answered.head_id) = 1
),

climb as (
  select
    referred.head_id,
    referred.earlier_id,
    1 as step
  from referred
  union all
  select
    climb.head_id,
    referred.earlier_id,
    climb.step + 1 as step
  from climb
  inner join referred
    on referred.head_id = climb.earlier_id
),

top as (
  select
    climb.head_id,
    arg_max(climb.earlier_id, climb.step) as chain_id
  from climb
  group by climb.head_id
),

member as (
  select
    headed.claim_id,
    coalesce(top.chain_id, headed.head_id) as chain_id,
    case
      when top.chain_id is not null then 'the payer''s control number'
      when headed.claim_id = headed.head_id and headed.is_follower = 1 then 'first known; its original is not loaded'
      when headed.claim_id = headed.head_id then 'first of its chain'
      when headed.is_other_day = 1 then 'encounter and payer, another first day'
      else 'encounter, payer and first day'
    end as chain_method
  from headed
  left join top
    on top.head_id = headed.head_id
),

other_candidate as (
  select
    other.claim_id,
    member.chain_id,
    head.encounter_key,
    head.submit_day,
    head.claim_id as head_id,
    case when head.encounter_key = other.encounter_key then 2 else 0 end
      + case when head.service_day = other.service_day then 1 else 0 end as nearness
  from billed as other
  inner join billed as head
    on head.form = other.form
    and head.patient_control_number = other.patient_control_number
    and head.is_other_payer = 0
  inner join headed
    on headed.claim_id = head.claim_id and headed.head_id = head.claim_id
  inner join member
    on member.claim_id = head.claim_id
  where other.is_other_payer = 1
),

other_nearest as (
  select
    other_candidate.claim_id,
    max(other_candidate.nearness) as nearness
  from other_candidate
  group by other_candidate.claim_id
),

other_placed as (
  select
    other_candidate.claim_id,
    case
      when count(distinct other_candidate.encounter_key) = 1
        then arg_max(other_candidate.chain_id, (other_candidate.submit_day, other_candidate.head_id))
    end as chain_id
  from other_candidate
  inner join other_nearest
    on other_nearest.claim_id = other_candidate.claim_id and other_nearest.nearness = other_candidate.nearness
  group by other_candidate.claim_id
)

select
  cast(billed.claim_id as bigint) as claim_id,
  cast(coalesce(member.chain_id, other_placed.chain_id) as bigint) as chain_id,
  cast(
    case
      when billed.is_other_payer = 1 then 'to a later payer'
      when billed.frequency_code = '7' then 'replacement'
      when billed.frequency_code = '8' then 'void'
      when billed.frequency_code = '5' then 'late charge'
      when billed.frequency_code = '6' then 'adjustment'
      when billed.claim_id = member.chain_id then 'original'
      else 'resubmission'
    end as varchar
  ) as relation,
  cast(
    case
      when member.chain_method is not null then member.chain_method
      when other_placed.chain_id is not null then 'nearest claim of its number'
      when other_placed.claim_id is not null then 'unplaced: claims of several encounters fit equally'
      else 'unplaced: no claim to the first payer has its number'
    end as varchar
  ) as chain_method
from billed
left join member
  on member.claim_id = billed.claim_id
left join other_placed
  on other_placed.claim_id = billed.claim_id
order by claim_id
