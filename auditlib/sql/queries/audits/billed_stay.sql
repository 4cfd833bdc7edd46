-- The discharge status and the DRG of inpatient stays as billed.
select
  encounter_id,
  discharge_status_code,
  billed_drg_code
from core.encounter
where
  list_contains($encounter_ids, encounter_id)
  and encounter_class = 'inpatient'
  and (discharge_status_code is not null or billed_drg_code is not null)
order by encounter_id
