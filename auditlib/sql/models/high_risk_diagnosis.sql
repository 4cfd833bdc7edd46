-- title: Diagnoses of the OIG's high-risk groups, with what would confirm them
-- row: one patient, one calendar year of service and one high-risk group that claims of the year have
-- key: patient_id, service_year, risk_group
-- rule: a claim and its corrections count once. Confirmed is an acute stroke by a hospital claim of the year, a heart
--   attack by an inpatient claim within 60 days, an embolism by a sign of an anticoagulant in the year (Z79.01 or an
--   injected one), a cancer by surgery, radiation or chemotherapy within 365 days. Known is whether the loaded claims
--   reach far enough to tell. A prostate cancer counts from an age of 74 years
-- source: HHS-OIG, toolkit A-07-23-01213 (December 2023), and the audits of single plans on which it rests
-- needs: core.diagnosis
-- for: checks
with
coded as (
  select
    diagnosis.claim_id,
    diagnosis.item_number,
    diagnosis.code,
    case
      when diagnosis.code like 'I63%' then 'acute stroke'
      when diagnosis.code like 'I21%' or diagnosis.code like 'I22%' then 'acute heart attack'
      when diagnosis.code like 'I26%' or diagnosis.code like 'I74%' or regexp_matches(diagnosis.code, '^I82([46]|[ABC]1)')
        then 'embolism'
      when diagnosis.code like 'C34%' then 'lung cancer'
      when diagnosis.code like 'C50%' then 'breast cancer'
      when diagnosis.code like 'C18%' then 'colon cancer'
      when diagnosis.code like 'C61%' then 'prostate cancer'
    end as risk_group
  from core.diagnosis as diagnosis
  where
    diagnosis.claim_id is not null
    and diagnosis.code_system = 'ICD-10-CM'
    and diagnosis.code_role in ('principal', 'secondary')
    and substring(diagnosis.code, 1, 3) in ('I21', 'I22', 'I26', 'I63', 'I74', 'I82', 'C18', 'C34', 'C50', 'C61')
),

at_risk as (
  select
    coded.claim_id,
    coded.item_number,
    coded.code,
    coded.risk_group,
    standing_claim.encounter_id,
    claim.patient_id,
    coalesce(claim_chain.chain_id, claim.claim_id) as counted_claim_id,
    claim.from_date,
    coalesce(claim.to_date, claim.from_date) as to_date,
    year(claim.from_date) as service_year,
    claim.form = 'P' as is_practitioner,
    claim.form = 'I' and substring(ltrim(claim.type_of_bill, '0'), 1, 2) in ('11', '12', '13', '14', '83', '85') as is_hospital,
    claim.form = 'I' and substring(ltrim(claim.type_of_bill, '0'), 1, 2) in ('11', '12') as is_inpatient
  from coded
  inner join core.standing_claim as standing_claim
    on standing_claim.claim_id = coded.claim_id
  inner join core.claim as claim
    on claim.claim_id = coded.claim_id
  left join core.claim_chain as claim_chain
    on claim_chain.claim_id = coded.claim_id
  where coded.risk_group is not null and claim.patient_id is not null and claim.from_date is not null
),

patient_year as (
  select
    at_risk.patient_id,
    at_risk.service_year,
    at_risk.risk_group,
    count(distinct at_risk.counted_claim_id) as claim_count,
    max(at_risk.claim_id) as claim_id,
    min(at_risk.from_date) as first_date,
    max(case when at_risk.is_hospital then 1 else 0 end) as has_hospital_claim,
    max(case when at_risk.is_practitioner then 1 else 0 end) as has_practitioner_claim
  from at_risk
  group by
    at_risk.patient_id,
    at_risk.service_year,
    at_risk.risk_group
),

-- The claim that is shown: the latest of them, with its first diagnosis of the group.
shown as (
  select
    at_risk.claim_id,
    at_risk.risk_group,
    min(at_risk.encounter_id) as encounter_id,
    min(at_risk.item_number) as item_number,
    min_by(at_risk.code, at_risk.item_number) as code
  from at_risk
  group by
    at_risk.claim_id,
    at_risk.risk_group
),

person as (
  select distinct patient_year.patient_id
  from patient_year
),

claim_of_person as (
  select
    claim.claim_id,
    claim.patient_id,
    claim.form,
    claim.from_date
  from core.claim as claim
  inner join person
    on person.patient_id = claim.patient_id
  inner join core.standing_claim as standing_claim
    on standing_claim.claim_id = claim.claim_id
  where claim.from_date is not null
),

sign as (
  select
    claim_of_person.patient_id,
    claim_of_person.from_date as sign_date,
    case
      when claim_line.code in ('J1643', 'J1644', 'J1645', 'J1650', 'J1652', 'J1655') then 'embolism'
      when regexp_matches(claim_line.code, '^(77[2-7][0-9]{2}|79[0-9]{3}|964[0-9]{2}|965[0-4][0-9]|J9[0-9]{3}|J8[5-9][0-9]{2}|Q5[01][0-9]{2}|G60[01][0-9])$')
        then 'cancer'
      when regexp_matches(claim_line.code, '^32(4[4-9][0-9]|5[0-4][0-9]|6[5-7][0-9])$') then 'lung cancer'
      when regexp_matches(claim_line.code, '^(19(12[0-6]|1[0-1][0-9]|30[0-9]))$') then 'breast cancer'
      when regexp_matches(claim_line.code, '^(44(1[1-6][0-9]|20[4-9]|21[0-3])|45(11[0-9]|12[0-9]|39[5-9])|4538[0-9])$') then 'colon cancer'
      when regexp_matches(claim_line.code, '^(55(8[0-9]{2})|526(01|30|4[0-9])|5570[6-9])$') then 'prostate cancer'
    end as sign_of
  from core.claim_line as claim_line
  inner join claim_of_person
    on claim_of_person.claim_id = claim_line.claim_id
  where claim_line.code is not null
  union all
  select
    claim_of_person.patient_id,
    claim_of_person.from_date as sign_date,
    case
      when regexp_matches(claim_procedure.code, '^(D|3E0[0-9A-Z]{2}05)') then 'cancer'
      when regexp_matches(claim_procedure.code, '^0B[BT][3-9C-M]') then 'lung cancer'
      when regexp_matches(claim_procedure.code, '^0H[BT][TUV]') then 'breast cancer'
      when regexp_matches(claim_procedure.code, '^0D[BT][E-P]') then 'colon cancer'
      when regexp_matches(claim_procedure.code, '^0V[5BT]0') then 'prostate cancer'
    end as sign_of
  from core.claim_procedure as claim_procedure
  inner join claim_of_person
    on claim_of_person.claim_id = claim_procedure.claim_id
  where claim_procedure.code_system = 'ICD-10-PCS'
  union all
  select
    claim_of_person.patient_id,
    claim_of_person.from_date as sign_date,
    case
      when diagnosis.code = 'Z7901' then 'embolism'
      else 'cancer'
    end as sign_of
  from core.diagnosis as diagnosis
  inner join claim_of_person
    on claim_of_person.claim_id = diagnosis.claim_id
  where diagnosis.code_system = 'ICD-10-CM' and diagnosis.code in ('Z7901', 'Z510', 'Z5111', 'Z5112')
  union all
  select
    at_risk.patient_id,
    at_risk.from_date as sign_date,
    at_risk.risk_group as sign_of
  from at_risk
  where at_risk.risk_group = 'acute heart attack' and at_risk.is_inpatient
),

confirmed as (
  select distinct
    patient_year.patient_id,
    patient_year.service_year,
    patient_year.risk_group
  from patient_year
  inner join sign
    on sign.patient_id = patient_year.patient_id
    and (
      sign.sign_of = patient_year.risk_group
      or (sign.sign_of = 'cancer' and patient_year.risk_group like '% cancer')
    )
  where
    (patient_year.risk_group = 'embolism' and year(sign.sign_date) = patient_year.service_year)
    or (
      patient_year.risk_group = 'acute heart attack'
      and abs(datediff('day', patient_year.first_date, sign.sign_date)) <= 60
    )
    or (
      patient_year.risk_group like '% cancer'
      and abs(datediff('day', patient_year.first_date, sign.sign_date)) <= 365
    )
),

reach as (
  select
    min(claim.from_date) as first_date,
    max(claim.from_date) as last_date
  from core.claim as claim
),

hospital_year as (
  select distinct year(claim.from_date) as service_year
  from core.claim as claim
  where claim.form = 'I' and substring(ltrim(claim.type_of_bill, '0'), 1, 2) in ('11', '12', '13', '14', '83', '85')
),

pharmacy_year as (
  select distinct
    claim_of_person.patient_id,
    year(claim_of_person.from_date) as service_year
  from claim_of_person
  where claim_of_person.form = 'R'
),

judged as (
  select
    patient_year.patient_id,
    patient_year.service_year,
    patient_year.risk_group,
    patient_year.claim_count,
    patient_year.claim_id,
    patient_year.first_date,
    case
      when patient_year.risk_group = 'acute stroke'
        then patient_year.has_hospital_claim = 1 or patient_year.has_practitioner_claim = 0
      else confirmed.patient_id is not null
    end as is_confirmed,
    case
      when patient_year.risk_group = 'acute stroke' then hospital_year.service_year is not null
      when patient_year.risk_group = 'acute heart attack'
        then hospital_year.service_year is not null
          and datediff('day', reach.first_date, patient_year.first_date) >= 60
          and datediff('day', patient_year.first_date, reach.last_date) >= 60
      when patient_year.risk_group = 'embolism' then pharmacy_year.patient_id is null
      else datediff('day', reach.first_date, patient_year.first_date) >= 365
        and datediff('day', patient_year.first_date, reach.last_date) >= 365
    end as is_covered,
    patient_year.service_year - year(patient.birth_date) as year_age
  from patient_year
  cross join reach
  left join confirmed
    on confirmed.patient_id = patient_year.patient_id
    and confirmed.service_year = patient_year.service_year
    and confirmed.risk_group = patient_year.risk_group
  left join hospital_year
    on hospital_year.service_year = patient_year.service_year
  left join pharmacy_year
    on pharmacy_year.patient_id = patient_year.patient_id and pharmacy_year.service_year = patient_year.service_year
  left join core.patient as patient
    on patient.patient_id = patient_year.patient_id
)

select
  cast(judged.patient_id as varchar) as patient_id,
  cast(judged.service_year as bigint) as service_year,
  cast(judged.risk_group as varchar) as risk_group,
  cast(judged.claim_count as bigint) as claim_count,
  cast(judged.claim_id as bigint) as claim_id,
  cast(shown.encounter_id as varchar) as encounter_id,
  cast(shown.item_number as bigint) as item_number,
  cast(shown.code as varchar) as code,
  cast(judged.first_date as date) as service_date,
  judged.is_confirmed,
  judged.is_confirmed
  or judged.claim_count > 1
  or (judged.is_covered and (judged.risk_group <> 'prostate cancer' or judged.year_age is not null)) as is_known
from judged
inner join shown
  on shown.claim_id = judged.claim_id and shown.risk_group = judged.risk_group
where judged.risk_group <> 'prostate cancer' or coalesce(judged.year_age, 74) >= 74
order by judged.patient_id, judged.service_year, judged.risk_group
