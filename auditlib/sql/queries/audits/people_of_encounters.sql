-- Who coded and who treated at some encounters, and the day by which their codes are judged.
select
  encounter_id,
  coder_id,
  provider_id,
  coalesce(discharge_date, admit_date) as service_date
from core.encounter
where list_contains($encounter_ids, encounter_id)
order by encounter_id
