-- The risk categories (CMS-HCC V28) of some patients by claims that stand, within some days, null for no limit.
select distinct
  cast(claim.patient_id as varchar) as unit_id,
  cast(code_category.category as varchar) as category
from core.diagnosis as diagnosis
inner join core.standing_claim as standing_claim
  on standing_claim.claim_id = diagnosis.claim_id
inner join core.claim as claim
  on claim.claim_id = diagnosis.claim_id
inner join ref.code_category as code_category
  on code_category.scheme = 'CMS-HCC V28'
  and code_category.code_system = 'ICD-10-CM'
  and code_category.code = diagnosis.code
  and code_category.effective_from <= diagnosis.service_date
  and coalesce(code_category.effective_to, date '9999-12-31') >= diagnosis.service_date
where diagnosis.code_system = 'ICD-10-CM'
  and list_contains($unit_ids, cast(claim.patient_id as varchar))
  and ($from_date is null or diagnosis.service_date >= cast($from_date as date))
  and ($to_date is null or diagnosis.service_date <= cast($to_date as date))
order by unit_id, category
