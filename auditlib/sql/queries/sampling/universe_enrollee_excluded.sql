-- Patients with claims that are no sampling units: nobody billed a diagnosis of theirs that has a risk category.
select
  cast('without a risk category (CMS-HCC V28) of the loaded map' as varchar) as reason,
  cast(count(distinct claim.patient_id) as bigint) as unit_count
from core.claim as claim
where claim.patient_id is not null
  and not exists (
    select 1
    from core.diagnosis as diagnosis
    inner join core.claim as other
      on other.claim_id = diagnosis.claim_id
    inner join ref.code_category as code_category
      on code_category.scheme = 'CMS-HCC V28'
      and code_category.code_system = 'ICD-10-CM'
      and code_category.code = diagnosis.code
      and code_category.effective_from <= diagnosis.service_date
      and coalesce(code_category.effective_to, date '9999-12-31') >= diagnosis.service_date
    where other.patient_id = claim.patient_id
      and diagnosis.code_system = 'ICD-10-CM'
  )
having count(distinct claim.patient_id) > 0
