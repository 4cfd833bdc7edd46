-- Encounters of the workspace: given by files, or derived from claims.
select cast(count(*) as bigint) as encounter_count
from core.encounter
