-- The findings about encounters of which every occurrence is accepted by an exception in _acceptance; the earliest
-- exception that fits says why.
with found as materialized (
  select
    finding.encounter_id,
    finding.check_id,
    finding.severity,
    finding.code_system,
    finding.code,
    finding.detail,
    finding.claim_id,
    finding.item_number
  from mart.finding as finding
  where finding.encounter_id in (select unnest($encounter_ids))
),

billed as materialized (
  select
    claim.claim_id,
    claim.patient_control_number,
    claim.payer_id
  from core.claim as claim
  where claim.claim_id in (select unnest(list(distinct found.claim_id)) from found)
),

occurrence as (
  select
    found.encounter_id,
    found.check_id,
    found.severity,
    found.code_system,
    found.code,
    found.detail,
    found.claim_id,
    found.item_number,
    min(_acceptance.acceptance_number) as acceptance_number
  from found
  left join billed
    on billed.claim_id = found.claim_id
  left join _acceptance
    on
      coalesce(_acceptance.check_id, found.check_id) = found.check_id
      and (_acceptance.claim is null or _acceptance.claim in (billed.patient_control_number, found.encounter_id))
      and (_acceptance.item_number is null or _acceptance.item_number = found.item_number)
      and (_acceptance.payer_id is null or _acceptance.payer_id = billed.payer_id)
      and (_acceptance.code is null or _acceptance.code = found.code)
  group by
    found.encounter_id,
    found.check_id,
    found.severity,
    found.code_system,
    found.code,
    found.detail,
    found.claim_id,
    found.item_number
),

accepted as (
  select
    occurrence.encounter_id,
    occurrence.check_id,
    occurrence.severity,
    occurrence.code_system,
    occurrence.code,
    occurrence.detail,
    min(occurrence.acceptance_number) as acceptance_number
  from occurrence
  group by
    occurrence.encounter_id,
    occurrence.check_id,
    occurrence.severity,
    occurrence.code_system,
    occurrence.code,
    occurrence.detail
  having count(*) = count(occurrence.acceptance_number)
)

select
  accepted.encounter_id,
  accepted.check_id,
  accepted.severity,
  accepted.code_system,
  accepted.code,
  accepted.detail,
  _acceptance.reason as accepted_because,
  _acceptance.accepted_until
from accepted
inner join _acceptance
  on _acceptance.acceptance_number = accepted.acceptance_number
