-- Keys of core.encounter that a file gave.
select encounter_id
from core.encounter
