-- id: MCE-18
-- title: Stay with a wrong procedure, patient or side
-- version: 1
-- unit: diagnosis of a hospital stay
-- severity: D
-- settings: inpatient, encounters not yet billed
-- authority: CMS Definitions of Medicare Code Edits, edit 18; Medicare National Coverage Determinations 140.6 to 140.8
-- needs: nothing but the claim
-- fix: Bill the covered services apart, and the wrong surgery on a no-pay claim (bill type 110)
-- effective: 2015-10-01
--
-- Y65.51 wrong procedure, Y65.52 wrong patient, Y65.53 wrong side or part. On the no-pay claim they are right.
with
eligible as (
  select
    inpatient_diagnosis.claim_id,
    inpatient_diagnosis.encounter_id,
    inpatient_diagnosis.item_number,
    inpatient_diagnosis.code,
    inpatient_diagnosis.service_date,
    1 as counted_as,
    true as is_checked
  from core.inpatient_diagnosis as inpatient_diagnosis
  left join core.claim_role as claim_role
    on claim_role.claim_id = inpatient_diagnosis.claim_id
  where coalesce(claim_role.frequency_code, '1') <> '0'
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
    concat(diagnosis_code.shown_code, ' says that the surgery was wrong: Medicare does not pay for it.') as detail,
    cast(null as varchar) as release,
    cast(null as decimal(18, 2)) as at_stake_amount
  from eligible
  inner join core.diagnosis_code as diagnosis_code
    on diagnosis_code.code = eligible.code
  where eligible.code in ('Y6551', 'Y6552', 'Y6553')
)
