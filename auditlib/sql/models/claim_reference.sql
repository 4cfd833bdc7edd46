-- title: The earlier group that a group without an original refers to
-- row: one first claim of a group that follows claims of another group
-- key: head_id
-- needs: core.claim_link
-- cut: patient_control_number
-- rule: a replacement, void or late charge names the payer's control number of what it follows (REF F8). The claim
--   whose payment carries that number, of the same form and payer and submitted before, belongs to the earlier group.
--   Where the number leads to several groups, none is guessed
-- source: ASC X12N 005010X222A1 and X223A2, REF F8 in loop 2300; 005010X221A1, CLP07
with follower as (
  select
    claim.claim_id,
    claim.form,
    claim.original_reference_number,
    claim_role.payer_key,
    coalesce(claim.submit_date, date '0001-01-01') as submit_day
  from core.claim_group as claim_group
  inner join core.claim_role as claim_role
    on claim_role.claim_id = claim_group.claim_id and claim_role.is_follower
  inner join core.claim as claim
    on claim.claim_id = claim_group.claim_id and claim.original_reference_number is not null
  where claim_group.claim_id = claim_group.head_id
),

-- By the number alone and before anything else: form, payer or day alone would referred every follower with every claim.
referred as (
  select distinct
    follower.claim_id,
    claim_link.claim_id as answered_id
  from follower
  inner join core.remit_claim as remit_claim
    on remit_claim.payer_claim_control_number = follower.original_reference_number
  inner join core.claim_link as claim_link
    on claim_link.remit_claim_id = remit_claim.remit_claim_id
  where claim_link.claim_id is not null
)

select
  cast(referred.claim_id as bigint) as head_id,
  cast(min(answered_group.head_id) as bigint) as earlier_id
from referred
inner join follower
  on follower.claim_id = referred.claim_id
inner join core.claim as answered
  on answered.claim_id = referred.answered_id
inner join core.claim_role as answered_role
  on answered_role.claim_id = referred.answered_id
inner join core.claim_group as answered_group
  on answered_group.claim_id = referred.answered_id
where
  answered.form = follower.form
  and answered_role.payer_key = follower.payer_key
  and (
    coalesce(answered.submit_date, date '0001-01-01') < follower.submit_day
    or (
      coalesce(answered.submit_date, date '0001-01-01') = follower.submit_day
      and answered.claim_id < follower.claim_id
    )
  )
group by referred.claim_id
having count(distinct answered_group.head_id) = 1
