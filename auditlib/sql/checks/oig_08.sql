-- id: OIG-08
-- title: Diagnosis that looks like a mis-keyed other one
-- version: 1
-- unit: risk-adjusting diagnosis that one claim of a patient's year has
-- severity: R
-- settings: professional, inpatient, outpatient
-- authority: HHS-OIG toolkit A-07-23-01213, high-risk group of potentially mis-keyed diagnosis codes
-- needs: the map of diagnoses to risk categories (CMS-HCC) for the date of service
-- codesets: CMS-HCC
-- fix: Compare both codes with the note of the single claim
-- effective: 2015-10-01
--
-- Mis-keyed means two neighbouring characters exchanged, into another category, from a code that at least two other
-- claims of the patient's year have. The OIG's list of pairs is narrower: it names pairs that it saw.
with
coded as (
  select
    claim.patient_id,
    year(claim.from_date) as service_year,
    diagnosis.code,
    min(coalesce(claim_chain.chain_id, claim.claim_id)) < max(coalesce(claim_chain.chain_id, claim.claim_id)) as is_on_several,
    max(claim.claim_id) as claim_id,
    min(diagnosis.service_date) as service_date
  from core.diagnosis as diagnosis
  inner join core.standing_claim as standing_claim
    on standing_claim.claim_id = diagnosis.claim_id
  inner join core.claim as claim
    on claim.claim_id = diagnosis.claim_id
  left join core.claim_chain as claim_chain
    on claim_chain.claim_id = diagnosis.claim_id
  where
    diagnosis.code_system = 'ICD-10-CM'
    and diagnosis.code_role in ('principal', 'secondary')
    and claim.patient_id is not null
    and claim.from_date is not null
  group by
    claim.patient_id,
    year(claim.from_date),
    diagnosis.code
),

map_release as (
  select
    release.release,
    release.effective_from,
    coalesce(release.effective_to, date '9999-12-31') as effective_to
  from ref.release as release
  where release.code_system like 'CMS-HCC%'
),

mapped_day as (
  select distinct coded.service_date
  from coded
  inner join map_release
    on map_release.effective_from <= coded.service_date and map_release.effective_to >= coded.service_date
),

risk_code as (
  select distinct code_category.code
  from ref.code_category as code_category
  where code_category.scheme like 'CMS-HCC%' and code_category.code_system = 'ICD-10-CM'
),

eligible as (
  select
    coded.patient_id,
    coded.service_year,
    coded.claim_id,
    coded.code,
    coded.service_date,
    1 as counted_as,
    mapped_day.service_date is not null as is_checked
  from coded
  left join mapped_day
    on mapped_day.service_date = coded.service_date
  left join risk_code
    on risk_code.code = coded.code
  where not coded.is_on_several and (risk_code.code is not null or mapped_day.service_date is null)
),

-- The second and third character exchanged, or the third and fourth: beyond them the category stays the same.
-- Where the two are the same it is the code itself, which only one claim has.
exchanged as (
  select
    eligible.patient_id,
    eligible.service_year,
    eligible.claim_id,
    eligible.code,
    eligible.service_date,
    concat(
      substring(eligible.code, 1, 1),
      substring(eligible.code, 3, 1),
      substring(eligible.code, 2, 1),
      substring(eligible.code, 4)
    ) as other_code
  from eligible
  where eligible.is_checked
  union all
  select
    eligible.patient_id,
    eligible.service_year,
    eligible.claim_id,
    eligible.code,
    eligible.service_date,
    concat(
      substring(eligible.code, 1, 2),
      substring(eligible.code, 4, 1),
      substring(eligible.code, 3, 1),
      substring(eligible.code, 5)
    ) as other_code
  from eligible
  where eligible.is_checked
),

mistaken as (
  select
    exchanged.patient_id,
    exchanged.claim_id,
    exchanged.code,
    exchanged.service_date,
    min(exchanged.other_code) as other_code
  from exchanged
  inner join coded
    on coded.patient_id = exchanged.patient_id
    and coded.service_year = exchanged.service_year
    and coded.code = exchanged.other_code
    and coded.is_on_several
  group by
    exchanged.patient_id,
    exchanged.claim_id,
    exchanged.code,
    exchanged.service_date
),

violating as (
  select
    mistaken.claim_id,
    diagnosis.encounter_id,
    min(diagnosis.item_number) as item_number,
    'ICD-10-CM' as code_system,
    mistaken.code,
    mistaken.other_code as related_code,
    mistaken.service_date,
    concat(
      min(diagnosis_code.shown_code),
      ' is on one claim of the year, and ',
      min(other_code.shown_code),
      ', from which it differs by two exchanged characters, on several.'
    ) as detail,
    cast(null as varchar) as release,
    cast(null as decimal(18, 2)) as at_stake_amount
  from mistaken
  inner join core.diagnosis as diagnosis
    on diagnosis.claim_id = mistaken.claim_id and diagnosis.code = mistaken.code
  inner join core.diagnosis_code as diagnosis_code
    on diagnosis_code.code = mistaken.code
  inner join core.diagnosis_code as other_code
    on other_code.code = mistaken.other_code
  group by
    mistaken.claim_id,
    diagnosis.encounter_id,
    mistaken.code,
    mistaken.other_code,
    mistaken.service_date
)
