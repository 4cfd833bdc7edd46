-- id: OIG-07
-- title: Prostate cancer of an old patient on one claim and no treatment
-- version: 1
-- unit: patient and year of service with a prostate cancer on claims, of 74 years or more
-- severity: R
-- settings: professional, inpatient, outpatient
-- authority: HHS-OIG toolkit A-07-23-01213, high-risk group prostate cancer
-- needs: the date of birth, and claims of the year before and the year after the diagnosis
-- fix: Compare with the note: a cancer that is no longer there or treated is a history (Z85)
-- effective: 2015-10-01
--
-- A pattern of claims, no error: only the chart shows whether the diagnosis is supported.
with
eligible as (
  select
    high_risk_diagnosis.claim_id,
    high_risk_diagnosis.encounter_id,
    high_risk_diagnosis.item_number,
    high_risk_diagnosis.code,
    high_risk_diagnosis.service_date,
    high_risk_diagnosis.claim_count = 1 and not high_risk_diagnosis.is_confirmed as is_alone,
    1 as counted_as,
    high_risk_diagnosis.is_known as is_checked
  from core.high_risk_diagnosis as high_risk_diagnosis
  where high_risk_diagnosis.risk_group = 'prostate cancer'
),

violating as (
  select
    eligible.claim_id,
    eligible.encounter_id,
    eligible.item_number,
    'ICD-10-CM' as code_system,
    eligible.code,
    cast(null as varchar) as related_code,
    eligible.service_date,
    concat(diagnosis_code.shown_code, ' on one claim, and no surgery, radiation or chemotherapy within a year', '.') as detail,
    cast(null as varchar) as release,
    cast(null as decimal(18, 2)) as at_stake_amount
  from eligible
  inner join core.diagnosis_code as diagnosis_code
    on diagnosis_code.code = eligible.code
  where eligible.is_checked and eligible.is_alone
)
