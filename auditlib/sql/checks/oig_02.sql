-- id: OIG-02
-- title: Acute heart attack on one claim and no inpatient claim
-- version: 1
-- unit: patient and year of service with an acute heart attack on claims
-- severity: R
-- settings: professional, inpatient, outpatient
-- authority: HHS-OIG toolkit A-07-23-01213, high-risk group acute heart attack
-- needs: hospital claims of the year of service, and claims of the 60 days before and after
-- fix: Compare with the note: an old heart attack is I25.2
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
  where high_risk_diagnosis.risk_group = 'acute heart attack'
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
    concat(diagnosis_code.shown_code, ' on one claim, and on no inpatient claim within 60 days', '.') as detail,
    cast(null as varchar) as release,
    cast(null as decimal(18, 2)) as at_stake_amount
  from eligible
  inner join core.diagnosis_code as diagnosis_code
    on diagnosis_code.code = eligible.code
  where eligible.is_checked and eligible.is_alone
)
