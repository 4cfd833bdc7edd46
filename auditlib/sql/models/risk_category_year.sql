-- title: Risk categories of patients, with the claims on which they rest
-- row: one patient, one calendar year of service and one category (CMS-HCC V28), or none where no map is loaded
-- key: patient_id, service_year, category
-- rule: principal and secondary diagnoses of claims that stand, by the map of the day of service. Sources that count are
--   professional claims and institutional bills of hospitals, rural clinics, federal clinics and mental health centers
--   (11, 12, 13, 41, 43, 71, 73, 76, 77, 85). A wellness or home visit is a professional claim with G0402, G0438,
--   G0439 or a visit at home
-- source: CMS, Final Encounter Data Diagnosis Filtering Logic (HPMS memo of 22 December 2015); HHS-OIG, OEI-03-23-00380 (health risk
--   assessments)
-- needs: core.diagnosis
-- for: checks
with
map_day as (
  select distinct release_day.service_date
  from core.release_day as release_day
  inner join ref.release as release
    on release.code_system = 'CMS-HCC'
    and release.effective_from <= release_day.service_date
    and coalesce(release.effective_to, date '9999-12-31') >= release_day.service_date
),

visit as (
  select distinct claim_line.claim_id
  from core.claim_line as claim_line
  where claim_line.code in ('G0402', 'G0438', 'G0439') or claim_line.code between '99341' and '99350'
),

coded as (
  select
    claim.patient_id,
    year(claim.from_date) as service_year,
    code_category.category,
    map_day.service_date is not null as is_mapped,
    claim.claim_id,
    standing_claim.encounter_id,
    diagnosis.item_number,
    diagnosis.code,
    diagnosis.service_date,
    case
      when claim.form = 'P' then 1
      when claim.form = 'I' and substring(ltrim(claim.type_of_bill, '0'), 1, 2)
        in ('11', '12', '13', '41', '43', '71', '73', '76', '77', '85')
        then 1
      else 0
    end as is_acceptable,
    case when claim.form = 'P' and visit.claim_id is not null then 1 else 0 end as is_assessment
  from core.diagnosis as diagnosis
  inner join core.standing_claim as standing_claim
    on standing_claim.claim_id = diagnosis.claim_id
  inner join core.claim as claim
    on claim.claim_id = diagnosis.claim_id
  left join map_day
    on map_day.service_date = diagnosis.service_date
  left join ref.code_category as code_category
    on code_category.scheme = 'CMS-HCC V28'
    and code_category.code_system = 'ICD-10-CM'
    and code_category.code = diagnosis.code
    and code_category.effective_from <= diagnosis.service_date
    and coalesce(code_category.effective_to, date '9999-12-31') >= diagnosis.service_date
  left join visit
    on visit.claim_id = diagnosis.claim_id
  where
    diagnosis.code_system = 'ICD-10-CM'
    and diagnosis.code_role in ('principal', 'secondary')
    and claim.patient_id is not null
    and claim.from_date is not null
    and (code_category.category is not null or map_day.service_date is null)
),

summed as (
  select
    coded.patient_id,
    coded.service_year,
    coded.category,
    min(case when coded.is_mapped then 1 else 0 end) as is_mapped,
    max(coded.claim_id) as claim_id,
    max(coded.is_acceptable) as has_acceptable,
    min(coded.is_assessment) as is_only_assessed
  from coded
  group by
    coded.patient_id,
    coded.service_year,
    coded.category
),

shown as (
  select
    coded.claim_id,
    coded.category,
    min(coded.encounter_id) as encounter_id,
    min(coded.item_number) as item_number,
    min_by(coded.code, coded.item_number) as code,
    min(coded.service_date) as service_date
  from coded
  inner join summed
    on summed.claim_id = coded.claim_id and coalesce(summed.category, '') = coalesce(coded.category, '')
  group by
    coded.claim_id,
    coded.category
)

select
  cast(summed.patient_id as varchar) as patient_id,
  cast(summed.service_year as bigint) as service_year,
  cast(coalesce(summed.category, '') as varchar) as category,
  cast(summed.claim_id as bigint) as claim_id,
  cast(shown.encounter_id as varchar) as encounter_id,
  cast(shown.item_number as bigint) as item_number,
  cast(shown.code as varchar) as code,
  cast(shown.service_date as date) as service_date,
  summed.is_mapped = 1 as is_mapped,
  summed.has_acceptable = 1 as has_acceptable_source,
  summed.is_only_assessed = 1 as is_only_assessed
from summed
inner join shown
  on shown.claim_id = summed.claim_id and coalesce(shown.category, '') = coalesce(summed.category, '')
order by summed.patient_id, summed.service_year, category
