-- What became of one encounter's claims to the primary payer.
select
  form,
  payer_name,
  charge_amount,
  first_response,
  denied_amount,
  denial_group_code,
  denial_reason_code,
  final_outcome,
  paid_amount,
  patient_responsibility_amount
from mart.claim_outcome
where encounter_id = $encounter_id
order by submit_date, claim_id
