-- The risk categories (CMS-HCC V28) that the judged diagnoses of charts support, each with the chart and the patient of its
-- claim. Reads the lent table judged_code: encounter_id, code. A chart supports one only if a claim of it is of a source of
-- risk adjustment: professional, or an institutional bill of a hospital, rural or federal clinic or mental health center.
select distinct
  cast(claim.patient_id as varchar) as unit_id,
  cast(code_category.category as varchar) as category,
  cast(encounter.encounter_id as varchar) as encounter_id
from judged_code
inner join core.encounter as encounter
  on encounter.encounter_id = judged_code.encounter_id
inner join core.claim_encounter as claim_encounter
  on claim_encounter.encounter_id = encounter.encounter_id
inner join core.claim as claim
  on claim.claim_id = claim_encounter.claim_id
inner join ref.code_category as code_category
  on code_category.scheme = 'CMS-HCC V28'
  and code_category.code_system = 'ICD-10-CM'
  and code_category.code = judged_code.code
  and code_category.effective_from <= encounter.discharge_date
  and coalesce(code_category.effective_to, date '9999-12-31') >= encounter.discharge_date
where claim.patient_id is not null
  and (
    claim.form = 'P'
    or (
      claim.form = 'I'
      and substring(ltrim(claim.type_of_bill, '0'), 1, 2)
        in ('11', '12', '13', '41', '43', '71', '73', '76', '77', '85')
    )
  )
order by unit_id, category, encounter_id
