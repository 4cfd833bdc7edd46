-- title: Denied claims with their reason and the checks that it names
-- row: one original claim denied in full or in part at first or at last, as in denials caught
select
  claim_outcome.claim_id,
  claim_outcome.denial_reason_code,
  case
    when claim_outcome.denial_reason_code is null then 'no reason given'
    else coalesce(denial_reason_day.label, 'unmapped')
  end as reason_label,
  denial_reason_day.check_id as check_ids,
  claim_outcome.first_response in ('denied', 'partly denied') as is_initial,
  claim_outcome.denied_amount
from mart.claim_outcome as claim_outcome
left join mart.denial_reason_day as denial_reason_day
  on denial_reason_day.reason_day_id = claim_outcome.denial_reason_day_id
where
  claim_outcome.denied_amount > 0
  and (
    claim_outcome.first_response in ('denied', 'partly denied')
    or claim_outcome.final_outcome in ('denied', 'partly denied')
  )
order by claim_outcome.claim_id
