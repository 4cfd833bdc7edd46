-- The highest number of a document in each chart.
select encounter_id, cast(max(document_number) as bigint) as last_number
from core.document
group by encounter_id
order by encounter_id
