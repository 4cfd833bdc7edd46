-- title: What became of one original claim
-- row: the claim; no row where there is none
select claim_outcome.*
from mart.claim_outcome as claim_outcome
where claim_outcome.claim_id = $claim_id
