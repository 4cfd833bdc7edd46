-- title: The group at which the references of each group end
-- row: one first claim of a group that refers to an earlier group
-- key: head_id
-- start: core.claim_reference
-- cut: patient_control_number
-- rule: repeated until no row changes: each pass lets a group refer to where the group it refers to leads, so the
--   distance doubles and a chain of n references takes the logarithm of n passes, at any depth. A group that refers to
--   another begins with a claim that follows; what it refers to was submitted earlier, or on the same day and loaded
--   earlier, and the first claim of that group is no later: so no references form a circle
select
  claim_origin.head_id,
  coalesce(further.origin_id, claim_origin.origin_id) as origin_id
from core.claim_origin as claim_origin
left join core.claim_origin as further
  on further.head_id = claim_origin.origin_id
