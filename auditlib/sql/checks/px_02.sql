-- id: PX-02
-- title: Procedure code of a stay not effective on its date
-- version: 1
-- unit: ICD-10-PCS procedure
-- severity: F
-- settings: inpatient, encounters not yet billed
-- authority: 45 CFR 162.1000(a), the code set valid when the service is given; yearly and April ICD-10-PCS updates
-- needs: a release of ICD-10-PCS effective on the last day of the stay
-- codesets: ICD-10-PCS
-- fix: Build the code anew from the tables in force on the last day of the stay
-- effective: 2015-10-01
--
-- A code that may be billed on other dates and not on this one. Stays are judged by their last day, everything else by
-- the first day of service.
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
    concat(
      eligible.code,
      ' is not valid on ',
      cast(eligible.service_date as varchar),
      case
        when eligible.last_day < eligible.service_date then concat(': its last day was ', cast(eligible.last_day as varchar))
        when eligible.first_day > eligible.service_date then concat(': its first day is ', cast(eligible.first_day as varchar))
        else ''
      end,
      '.'
    ) as detail,
    eligible.release,
    cast(null as decimal(18, 2)) as at_stake_amount
  from eligible
  where eligible.is_checked and eligible.first_day is not null and not eligible.is_valid
)
