-- What is known of some encounters' visits, for claims that none bills yet.
select
  encounter_id,
  admit_date,
  discharge_date,
  discharge_status_code,
  provider_id
from core.encounter
where list_contains($encounter_ids, encounter_id)
