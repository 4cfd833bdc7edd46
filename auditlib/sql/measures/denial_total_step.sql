-- title: From the dollars that first answers denied to the denied dollars on the paths of the claims
-- row: one step; the last is the sum of the others
-- rule: each claim with a denied amount is in one step: its first answer denied it; or its first answer did not, and a
--   later one did, which took back a payment; or all that was refused is a duplicate of a claim that stays paid
with
stepped as (
  select
    case
      when claim_outcome.first_response in ('denied', 'partly denied') then 1
      when claim_outcome.final_outcome in ('denied', 'partly denied') then 2
      when denied_line.claim_id is not null then 3
      else 4
    end as step_number,
    claim_outcome.denied_amount
  from mart.claim_outcome as claim_outcome
  left join mart.denied_line as denied_line
    on denied_line.claim_id = claim_outcome.claim_id and denied_line.denial_number = 1
  where claim_outcome.denied_amount > 0
),

step as (
  select step_name.step_number, step_name.step
  from (
    values
      (1, 'denied by the first answer: initially denied dollars'),
      (2, 'paid at first, denied by a later answer and still denied'),
      (3, 'paid at first, denied by a later answer and no longer denied'),
      (4, 'paid and paid still: a second submission was refused as a duplicate')
  ) as step_name (step_number, step)
),

summed as (
  select
    step.step_number,
    step.step,
    count(stepped.denied_amount) as claim_count,
    coalesce(sum(stepped.denied_amount), 0) as denied_amount
  from step
  left join stepped
    on stepped.step_number = step.step_number
  group by
    step.step_number,
    step.step
),

stated as (
  select
    summed.step_number,
    summed.step,
    summed.claim_count,
    summed.denied_amount
  from summed
  union all
  select
    5 as step_number,
    'all claims with denied dollars, as on the paths of the claims' as step,
    sum(summed.claim_count) as claim_count,
    sum(summed.denied_amount) as denied_amount
  from summed
)

select
  cast(stated.step as varchar) as step,
  cast(stated.claim_count as bigint) as claim_count,
  cast(stated.denied_amount as decimal(18, 2)) as denied_amount
from stated
order by stated.step_number
