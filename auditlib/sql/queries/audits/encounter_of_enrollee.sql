-- The encounters of each of some patients within some days, null for no limit: the records of an enrollee's year.
select
  cast(encounter.patient_id as varchar) as unit_id,
  cast(encounter.encounter_id as varchar) as encounter_id
from core.encounter as encounter
where list_contains($unit_ids, cast(encounter.patient_id as varchar))
  and ($from_date is null or encounter.discharge_date >= cast($from_date as date))
  and ($to_date is null or encounter.discharge_date <= cast($to_date as date))
order by unit_id, encounter_id
