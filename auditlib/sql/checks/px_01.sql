-- id: PX-01
-- title: Invalid procedure code of a stay
-- version: 1
-- unit: ICD-10-PCS procedure
-- severity: F
-- settings: inpatient, encounters not yet billed
-- authority: 45 CFR 162.1002(c)(3), the code set for inpatient procedures; Medicare Code Editor, edit 1
-- needs: a release of ICD-10-PCS effective on the last day of the stay
-- codesets: ICD-10-PCS
-- fix: Look the code up in its table: a character may be missing, transposed or of another table
-- effective: 2015-10-01
--
-- A code that no loaded release lets be billed, on any date. A code of other dates is PX-02.
with
eligible as (
  select
    icd_procedure.claim_id,
    icd_procedure.encounter_id,
    icd_procedure.item_number,
    icd_procedure.code,
    icd_procedure.service_date,
    icd_procedure.release,
    icd_procedure.is_valid,
    icd_procedure.first_day,
    icd_procedure.last_day,
    1 as counted_as,
    icd_procedure.is_checked
  from core.icd_procedure as icd_procedure
),

violating as (
  select
    eligible.claim_id,
    eligible.encounter_id,
    eligible.item_number,
    'ICD-10-PCS' as code_system,
    eligible.code,
    cast(null as varchar) as related_code,
    eligible.service_date,
    concat(eligible.code, ' is not an ICD-10-PCS code.') as detail,
    eligible.release,
    cast(null as decimal(18, 2)) as at_stake_amount
  from eligible
  where eligible.is_checked and eligible.first_day is null
)
