-- title: Denials that the project's own checks find on the same claim
-- row: one denial reason; a denial is caught where a check that the reason names has a finding on the denied claim
with denial as (
  select
    claim_outcome.claim_id,
    claim_outcome.denial_reason_code,
    claim_outcome.denied_amount,
    case
      when claim_outcome.denial_reason_code is null then 'no reason given'
      else coalesce(denial_reason_day.label, 'unmapped')
    end as reason_label,
    concat(',', replace(denial_reason_day.check_id, ' ', ''), ',') as check_ids
  from mart.claim_outcome as claim_outcome
  left join mart.denial_reason_day as denial_reason_day
    on denial_reason_day.reason_day_id = claim_outcome.denial_reason_day_id
  where claim_outcome.denied_amount > 0
    and (
      claim_outcome.first_response in ('denied', 'partly denied')
      or claim_outcome.final_outcome in ('denied', 'partly denied')
    )
),

caught as (
  select distinct
    denial.claim_id
  from denial
  inner join mart.finding as finding
    on finding.claim_id = denial.claim_id
    and denial.check_ids like concat('%,', finding.check_id, ',%')
),

detectable as (
  select distinct
    denial.claim_id
  from denial
  inner join mart.finding_summary as finding_summary
    on denial.check_ids like concat('%,', finding_summary.check_id, ',%')
    and finding_summary.outcome in ('passed', 'failed')
)

select
  cast(denial.denial_reason_code as varchar) as denial_reason_code,
  cast(denial.reason_label as varchar) as reason_label,
  cast(count(*) as bigint) as denied_count,
  cast(sum(denial.denied_amount) as decimal(18, 2)) as denied_amount,
  cast(sum(case when detectable.claim_id is not null then 1 else 0 end) as bigint) as checked_count,
  cast(sum(case when caught.claim_id is not null then 1 else 0 end) as bigint) as caught_count,
  cast(sum(case when caught.claim_id is not null then denial.denied_amount else 0 end) as decimal(18, 2))
    as caught_amount
from denial
left join caught
  on caught.claim_id = denial.claim_id
left join detectable
  on detectable.claim_id = denial.claim_id
group by
  denial.denial_reason_code,
  denial.reason_label
order by denied_amount desc, denial_reason_code
