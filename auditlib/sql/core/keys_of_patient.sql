-- Keys of core.patient that a file gave.
select patient_id
from core.patient
