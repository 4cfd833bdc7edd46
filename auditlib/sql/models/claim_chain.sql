-- title: The chain of claims that each claim belongs to
-- row: one claim; chain_id is the first claim of its chain, null where no chain or more than one fits
-- key: claim_id
-- needs: core.claim_role
-- cut: patient_control_number
-- rule: the claims of a group are one chain, together with the groups that refer to it. A claim to a later payer joins
--   the chain of its number that is nearest: of its encounter, then of its day, then the latest
with member as (
  select
    claim_group.claim_id,
    claim_group.head_id,
    coalesce(claim_origin.origin_id, claim_group.head_id) as chain_id,
    case
      when claim_origin.origin_id is not null then 'the payer''s control number'
      when claim_group.claim_id = claim_group.head_id and claim_role.is_follower
        then 'first known; its original is not loaded'
      when claim_group.claim_id = claim_group.head_id then 'first of its chain'
      when claim_group.is_other_day then 'encounter and payer, another first day'
      else 'encounter, payer and first day'
    end as chain_method
  from core.claim_group as claim_group
  inner join core.claim_role as claim_role
    on claim_role.claim_id = claim_group.claim_id
  left join core.claim_origin as claim_origin
    on claim_origin.head_id = claim_group.head_id
),

head as (
  select
    member.claim_id,
    member.chain_id,
    claim.form,
    claim.patient_control_number,
    claim_role.encounter_key,
    coalesce(claim.from_date, date '0001-01-01') as service_day,
    coalesce(claim.submit_date, date '0001-01-01') as submit_day
  from member
  inner join core.claim as claim
    on claim.claim_id = member.claim_id
  inner join core.claim_role as claim_role
    on claim_role.claim_id = member.claim_id
  where member.claim_id = member.head_id
),

candidate as (
  select
    claim.claim_id,
    head.chain_id,
    head.encounter_key,
    head.submit_day,
    head.claim_id as head_id,
    case when head.encounter_key = claim_role.encounter_key then 2 else 0 end
      + case when head.service_day = coalesce(claim.from_date, date '0001-01-01') then 1 else 0 end as nearness
  from core.claim as claim
  inner join core.claim_role as claim_role
    on claim_role.claim_id = claim.claim_id
  inner join head
    on head.patient_control_number = claim.patient_control_number and head.form = claim.form
  where not claim_role.is_primary
),

ranked as (
  select
    candidate.claim_id,
    candidate.chain_id,
    candidate.encounter_key,
    rank() over (partition by candidate.claim_id order by candidate.nearness desc) as nearness_rank,
    row_number() over (
      partition by candidate.claim_id
      order by candidate.nearness desc, candidate.submit_day desc, candidate.head_id desc
    ) as preference
  from candidate
),

other_placed as (
  select
    ranked.claim_id,
    case
      when count(distinct ranked.encounter_key) = 1 then max(case when ranked.preference = 1 then ranked.chain_id end)
    end as chain_id
  from ranked
  where ranked.nearness_rank = 1
  group by ranked.claim_id
)

select
  cast(claim_role.claim_id as bigint) as claim_id,
  cast(coalesce(member.chain_id, other_placed.chain_id) as bigint) as chain_id,
  cast(
    case
      when not claim_role.is_primary then 'to a later payer'
      when claim_role.frequency_code = '7' then 'replacement'
      when claim_role.frequency_code = '8' then 'void'
      when claim_role.frequency_code = '5' then 'late charge'
      when claim_role.frequency_code = '6' then 'adjustment'
      when claim_role.claim_id = member.chain_id then 'original'
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
from core.claim_role as claim_role
left join member
  on member.claim_id = claim_role.claim_id
left join other_placed
  on other_placed.claim_id = claim_role.claim_id
order by claim_id
