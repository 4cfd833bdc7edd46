-- title: The claim of each finding of a chart
-- row: one finding of _finding (finding_number, encounter_id, code) that one original claim to the primary payer alone can
--   be about: the only one of its chart, or the only one of several that bills the code
with
claim_of_chart as (
  select
    claim_outcome.claim_id,
    claim_outcome.encounter_id,
    count(*) over (partition by claim_outcome.encounter_id) as claim_count
  from mart.claim_outcome as claim_outcome
  where claim_outcome.encounter_id in (select finding.encounter_id from _finding as finding)
),

billed as (
  select distinct
    claim_line.claim_id,
    claim_line.code
  from core.claim_line as claim_line
  inner join claim_of_chart
    on claim_of_chart.claim_id = claim_line.claim_id
)

select
  finding.finding_number,
  max(claim_of_chart.claim_id) as claim_id
from _finding as finding
inner join claim_of_chart
  on claim_of_chart.encounter_id = finding.encounter_id
left join billed
  on billed.claim_id = claim_of_chart.claim_id and billed.code = finding.code
where claim_of_chart.claim_count = 1 or billed.code is not null
group by finding.finding_number
having count(*) = 1
order by finding.finding_number
