-- The findings that an exception in _acceptance fits, each once, by the earliest exception.
with
fitting as (
  select
    finding.check_id,
    finding.finding_number,
    min(_acceptance.acceptance_number) as acceptance_number
  from mart.finding as finding
  left join core.claim as claim
    on claim.claim_id = finding.claim_id
  inner join _acceptance
    on coalesce(_acceptance.check_id, finding.check_id) = finding.check_id
  where
    (_acceptance.claim is null or _acceptance.claim in (claim.patient_control_number, finding.encounter_id))
    and (_acceptance.item_number is null or _acceptance.item_number = finding.item_number)
    and (_acceptance.payer_id is null or _acceptance.payer_id = claim.payer_id)
    and (_acceptance.code is null or _acceptance.code = finding.code)
  group by finding.check_id, finding.finding_number
)

select
  fitting.check_id,
  fitting.finding_number,
  _acceptance.reason as accepted_because,
  _acceptance.accepted_by,
  _acceptance.accepted_until
from fitting
inner join _acceptance
  on _acceptance.acceptance_number = fitting.acceptance_number
order by fitting.check_id, fitting.finding_number
