-- The lines of the claims in the frame asked.
select
  claim_line.claim_id,
  claim_line.source_file_id,
  claim_line.charge_amount
from core.claim_line as claim_line
inner join asked
  on asked.claim_id = claim_line.claim_id
order by claim_line.claim_id, claim_line.line_number
