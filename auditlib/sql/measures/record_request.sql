-- title: The latest request for records of each claim, with payer and charge
-- row: one claim of which a payer asked for records
with
latest as (
  select
    record_request.claim_id,
    max(record_request.request_number) as request_number
  from mart.record_request as record_request
  group by record_request.claim_id
)

select
  record_request.claim_id,
  claim_outcome.patient_control_number,
  coalesce(claim_outcome.payer_id, 'unknown') as payer_id,
  coalesce(claim_outcome.payer_name, claim_outcome.payer_id, 'unknown') as payer_name,
  claim.filing_code,
  claim_outcome.from_date,
  claim_outcome.charge_amount,
  record_request.request_date,
  record_request.asked_in,
  record_request.asked_by,
  record_request.answer_date
from latest
inner join mart.record_request as record_request
  on record_request.claim_id = latest.claim_id and record_request.request_number = latest.request_number
inner join mart.claim_outcome as claim_outcome
  on claim_outcome.claim_id = record_request.claim_id
inner join core.claim as claim
  on claim.claim_id = record_request.claim_id
order by record_request.claim_id
