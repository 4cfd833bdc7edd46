-- title: Claims that stand, and with which others their lines are compared
-- row: one claim that is no void and that no void took back
-- key: claim_id
-- rule: originals are compared with the other originals to the same payer in the same turn, a claim that follows one
--   (late charges, adjustment, replacement) only with itself. A void takes back the originals of its account and payer
--   that were sent no later than it
-- source: NUBC type of bill, third digit (frequency code); ASC X12N 005010X222A1, CLM05-3
with
void as (
  select
    claim.patient_control_number,
    claim_role.payer_key,
    max(coalesce(claim.submit_date, date '9999-12-31')) as void_date
  from core.claim as claim
  inner join core.claim_role as claim_role
    on claim_role.claim_id = claim.claim_id
  where claim_role.frequency_code = '8'
  group by
    claim.patient_control_number,
    claim_role.payer_key
)

select
  claim.claim_id,
  claim_role.encounter_id,
  cast(
    case
      when claim_role.frequency_code in ('5', '6', '7', '9') then concat('claim ', cast(claim.claim_id as varchar))
      else concat('originals ', claim_role.payer_sequence, ' ', claim_role.payer_key)
    end as varchar
  ) as compared_among
from core.claim as claim
inner join core.claim_role as claim_role
  on claim_role.claim_id = claim.claim_id
left join void
  on void.patient_control_number = claim.patient_control_number
  and void.payer_key = claim_role.payer_key
  and void.void_date >= coalesce(claim.submit_date, date '0001-01-01')
where
  claim_role.frequency_code <> '8'
  and (void.patient_control_number is null or claim_role.frequency_code in ('5', '6', '7', '9'))
