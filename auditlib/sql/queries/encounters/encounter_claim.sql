-- The claims that bill one encounter, in order of submission.
select
  case claim.form when 'P' then '837P' when 'I' then '837I' when 'D' then '837D' else 'pharmacy' end as form,
  claim.submit_date,
  claim.frequency_code,
  claim.payer_sequence,
  claim.payer_name,
  claim.from_date,
  claim.charge_amount,
  source_file.file_name,
  claim.source_offset
from core.claim as claim
inner join core.claim_encounter as claim_encounter
  on claim_encounter.claim_id = claim.claim_id
inner join core.source_file as source_file
  on source_file.source_file_id = claim.source_file_id
where claim_encounter.encounter_id = $encounter_id
order by claim.submit_date, claim.claim_id
