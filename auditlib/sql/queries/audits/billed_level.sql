-- The codes of a family that original claims to the primary payer billed for some encounters, with the code by which the
-- latest answers decided each; null where no answer has its line.
with billed as (
  select
    claim_encounter.encounter_id,
    claim.patient_control_number,
    coalesce(claim.rendering_provider_id, claim.billing_provider_id) as provider_id,
    claim_line.code as billed_code,
    min(coalesce(claim_line.from_date, claim.from_date)) as service_date
  from core.claim as claim
  inner join core.claim_encounter as claim_encounter
    on claim_encounter.claim_id = claim.claim_id
  inner join core.claim_line as claim_line
    on claim_line.claim_id = claim.claim_id
  inner join wanted_code
    on claim_line.code between wanted_code.code_from and wanted_code.code_to
  where
    list_contains($encounter_ids, claim_encounter.encounter_id)
    and coalesce(claim.payer_sequence, 'P') = 'P'
    and coalesce(claim.frequency_code, '1') not in ('7', '8')
    and claim.payer_id = cast($payer_id as varchar)
    and (
      not exists (select 1 from wanted_provider)
      or coalesce(claim.rendering_provider_id, claim.billing_provider_id)
        in (select wanted_provider.provider_id from wanted_provider)
    )
  group by
    claim_encounter.encounter_id,
    claim.patient_control_number,
    coalesce(claim.rendering_provider_id, claim.billing_provider_id),
    claim_line.code
),

answered as (
  select
    answered_line.encounter_id,
    answered_line.billed_code,
    case when min(answered_line.paid_code) = max(answered_line.paid_code) then min(answered_line.paid_code) end as paid_code,
    max(case when answered_line.is_refused then 1 else 0 end) as is_refused
  from core.answered_line as answered_line
  where list_contains($encounter_ids, answered_line.encounter_id)
  group by
    answered_line.encounter_id,
    answered_line.billed_code
)

select
  billed.encounter_id,
  billed.patient_control_number,
  billed.provider_id,
  billed.service_date,
  billed.billed_code,
  case
    when answered.billed_code is null then 'not answered'
    when answered.is_refused = 1 then 'denied'
    else coalesce(answered.paid_code, 'several')
  end as paid_code
from billed
left join answered
  on answered.encounter_id = billed.encounter_id and answered.billed_code = billed.billed_code
order by billed.encounter_id, billed.billed_code, billed.patient_control_number, billed.provider_id
