-- The keyed hashes by which patients are known: of ids, member numbers, family and given names, and birth dates.
select
  patient.patient_id,
  cast(null as varchar) as member_key,
  cast(null as varchar) as family_name_key,
  cast(null as varchar) as given_name_key,
  patient.birth_date
from core.patient as patient
union
select claim.patient_id, claim.member_key, claim.family_name_key, claim.given_name_key, null from core.claim as claim
union
select null, remit_claim.member_key, remit_claim.family_name_key, remit_claim.given_name_key, null
from core.remit_claim as remit_claim
