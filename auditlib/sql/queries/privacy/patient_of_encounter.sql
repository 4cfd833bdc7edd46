-- The patient of each encounter.
select encounter.encounter_id, encounter.patient_id
from core.encounter as encounter
where encounter.patient_id is not null
