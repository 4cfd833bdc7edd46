-- title: Denial reasons that are loaded
-- row: the one count
select cast(count(*) as bigint) as denial_reason_count
from ref.denial_reason
