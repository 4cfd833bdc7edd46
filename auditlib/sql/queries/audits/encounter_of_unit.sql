-- The encounter that each of some service lines bills; the unit is claim_id-line_number.
select
  cast(claim_line.claim_id as varchar) || '-' || cast(claim_line.line_number as varchar) as unit_id,
  claim_encounter.encounter_id
from core.claim_line as claim_line
inner join core.claim_encounter as claim_encounter
  on claim_encounter.claim_id = claim_line.claim_id
where list_contains(
  $unit_ids, cast(claim_line.claim_id as varchar) || '-' || cast(claim_line.line_number as varchar)
)
order by claim_line.claim_id, claim_line.line_number
