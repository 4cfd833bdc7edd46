-- The titles of codes that are long enough to be taken for a passage of a chart.
select distinct code.description
from ref.code as code
where length(code.description) >= 40
