-- What a grouper needs of each hospital stay that stands: one row a claim, its lists in order and separated by commas.
with
stay as (
  select
    claim.claim_id,
    coalesce(claim.to_date, claim.from_date) as discharge_date,
    claim.discharge_status_code,
    patient.sex
  from core.claim as claim
  inner join core.standing_claim as standing_claim
    on standing_claim.claim_id = claim.claim_id
  left join core.patient as patient
    on patient.patient_id = claim.patient_id
  where
    claim.form = 'I'
    and substring(ltrim(claim.type_of_bill, '0'), 1, 2) = '11'
    and coalesce(claim.to_date, claim.from_date) is not null
),

coded as (
  select
    claim_diagnosis.claim_id,
    string_agg(
      claim_diagnosis.code,
      ',' order by case when claim_diagnosis.code_role = 'principal' then 0 else 1 end, claim_diagnosis.diagnosis_number
    ) as diagnoses,
    string_agg(
      coalesce(claim_diagnosis.poa_indicator, ''),
      ',' order by case when claim_diagnosis.code_role = 'principal' then 0 else 1 end, claim_diagnosis.diagnosis_number
    ) as poa_indicators,
    max(case when claim_diagnosis.code_role = 'principal' then 1 else 0 end) as has_principal
  from core.claim_diagnosis as claim_diagnosis
  where
    claim_diagnosis.code_system = 'ICD-10-CM'
    and claim_diagnosis.code_role in ('principal', 'secondary', 'external cause')
  group by claim_diagnosis.claim_id
),

done as (
  select
    claim_procedure.claim_id,
    string_agg(claim_procedure.code, ',' order by claim_procedure.procedure_number) as procedures
  from core.claim_procedure as claim_procedure
  where claim_procedure.code_system = 'ICD-10-PCS'
  group by claim_procedure.claim_id
)

select
  stay.claim_id,
  stay.discharge_date,
  coalesce(stay.discharge_status_code, '01') as discharge_status_code,
  coalesce(stay.sex, '') as sex,
  coded.diagnoses,
  coded.poa_indicators,
  coalesce(done.procedures, '') as procedures
from stay
inner join coded
  on coded.claim_id = stay.claim_id and coded.has_principal = 1
left join done
  on done.claim_id = stay.claim_id
order by stay.claim_id
