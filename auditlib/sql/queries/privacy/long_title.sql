-- The titles of codes that are long enough to be taken for a passage of a chart.
select distinct code.long_description as description
from ref.code as code
where length(code.long_description) >= 40
