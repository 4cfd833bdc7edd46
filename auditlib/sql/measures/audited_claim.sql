-- title: Audited claims with what the primary payer answered to them
-- row: one original claim to the primary payer of a chart that counts in the audits
-- frames: audited_chart (encounter_id and is_wrong of each chart)
select
  claim_outcome.claim_id,
  claim_outcome.encounter_id,
  audited_chart.is_wrong,
  claim_outcome.first_response,
  case
    when claim_outcome.first_response in ('denied', 'partly denied') then denial_reason_day.denial_category
  end as denial_category
from audited_chart
inner join mart.claim_outcome as claim_outcome
  on claim_outcome.encounter_id = audited_chart.encounter_id
left join mart.denial_reason_day as denial_reason_day
  on denial_reason_day.reason_day_id = claim_outcome.denial_reason_day_id
order by claim_outcome.claim_id
