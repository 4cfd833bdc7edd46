-- Where each finding is: its line, or null where it is of a diagnosis and so of the claim as a whole.
select distinct
  finding.check_id,
  finding.claim_id,
  case when finding.code_system = 'ICD-10-CM' then null else finding.item_number end as line_number
from mart.finding as finding
where finding.claim_id is not null
