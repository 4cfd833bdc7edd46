-- One row per patient with a risk category (CMS-HCC V28) of a claim that stands and meets the filters; a null parameter
-- is no filter. The date is that of the diagnosis. Nobody's class or coder is the enrollee's, so those filters find none.
select
  cast(claim.patient_id as varchar) as unit_id,
  cast(max(diagnosis.service_date) as date) as service_date,
  cast(count(distinct code_category.category) as bigint) as category_count
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
  and claim.patient_id is not null
  and ($from_date is null or diagnosis.service_date >= cast($from_date as date))
  and ($to_date is null or diagnosis.service_date <= cast($to_date as date))
  and ($payer_id is null or claim.payer_id = cast($payer_id as varchar))
  and $coder_id is null
  and $encounter_class is null
group by claim.patient_id
order by unit_id
