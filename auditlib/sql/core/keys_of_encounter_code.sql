-- Keys of core.encounter_code that a file gave.
select encounter_id, code_number
from core.encounter_code
