-- How many principal diagnoses keep a complication of an exclusion set from counting, and the first of them.
select
  cast(count(*) as bigint) as code_count,
  min(code) as first_code
from ref.cc_exclusion
where exclusion_set = $exclusion_set
