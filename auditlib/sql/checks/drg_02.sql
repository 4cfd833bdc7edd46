-- id: DRG-02
-- title: Group that hangs on one complication
-- version: 1
-- unit: grouped hospital stay
-- severity: R
-- settings: inpatient
-- authority: CMS MS-DRG Definitions Manual, CC and MCC; by leaving out one diagnosis at a time
-- needs: the stays grouped (auditlib checks group, with the extra groupers), the patient's sex, and a version of the grouper for the day
-- extra: groupers
-- fix: Read the chart for this diagnosis: clinical criteria, treatment, and who documented it
-- effective: 2018-10-01
--
-- Not an error: where payers look first. With two complications of one level no single one decides, and nothing is found.
with
deciding as (
  select
    stay_without_diagnosis.claim_id,
    min(stay_without_diagnosis.item_number) as item_number,
    min(stay_without_diagnosis.code) as code,
    min(stay_without_diagnosis.drg) as drg_without
  from core.stay_without_diagnosis as stay_without_diagnosis
  group by stay_without_diagnosis.claim_id
  having count(*) = 1
),

eligible as (
  select
    hospital_stay.claim_id,
    hospital_stay.encounter_id,
    hospital_stay.last_date as service_date,
    grouped_stay.drg,
    grouped_stay.grouper,
    1 as counted_as,
    grouped_stay.drg is not null as is_checked
  from core.hospital_stay as hospital_stay
  inner join core.standing_claim as standing_claim
    on standing_claim.claim_id = hospital_stay.claim_id
  left join core.grouped_stay as grouped_stay
    on grouped_stay.claim_id = hospital_stay.claim_id
),

violating as (
  select
    eligible.claim_id,
    eligible.encounter_id,
    deciding.item_number,
    'ICD-10-CM' as code_system,
    deciding.code,
    deciding.drg_without as related_code,
    eligible.service_date,
    concat(
      diagnosis_code.shown_code, ' alone makes the group ', eligible.drg, '; without it the stay groups to ',
      deciding.drg_without, '.'
    ) as detail,
    eligible.grouper as release,
    cast(null as decimal(18, 2)) as at_stake_amount
  from eligible
  inner join deciding
    on deciding.claim_id = eligible.claim_id
  inner join core.diagnosis_code as diagnosis_code
    on diagnosis_code.code = deciding.code
  where eligible.is_checked
)
