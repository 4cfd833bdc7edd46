-- id: MCE-19
-- title: Ventilation of more than 96 hours in a stay of under four days
-- version: 1
-- unit: procedure 5A1955Z of a hospital stay
-- severity: R
-- settings: inpatient, encounters not yet billed
-- authority: CMS Definitions of Medicare Code Edits, edit 19
-- needs: the day of admission and the last day of the stay
-- fix: Count the hours of ventilation anew; 24 to 96 hours are 5A1945Z
-- effective: 2015-10-01
--
-- Hours of ventilation begin where this hospital began it, also in its emergency room before the admission.
with
eligible as (
  select
    coded_procedure.claim_id,
    coded_procedure.encounter_id,
    coded_procedure.item_number,
    coded_procedure.code,
    coded_procedure.service_date,
    datediff('day', hospital_stay.admit_date, hospital_stay.last_date) as stay_days,
    1 as counted_as,
    datediff('day', hospital_stay.admit_date, hospital_stay.last_date) is not null as is_checked
  from core.coded_procedure as coded_procedure
  inner join core.hospital_stay as hospital_stay
    on coalesce(hospital_stay.claim_id, -1) = coalesce(coded_procedure.claim_id, -1)
    and coalesce(hospital_stay.encounter_id, '') = coalesce(coded_procedure.encounter_id, '')
  where coded_procedure.code = '5A1955Z'
),

violating as (
  select
    eligible.claim_id,
    eligible.encounter_id,
    eligible.item_number,
    'ICD-10-PCS' as code_system,
    eligible.code,
    '5A1945Z' as related_code,
    eligible.service_date,
    concat(
      '5A1955Z says more than 96 hours of ventilation; from admission to discharge are ',
      cast(eligible.stay_days as varchar),
      ' days.'
    ) as detail,
    cast(null as varchar) as release,
    cast(null as decimal(18, 2)) as at_stake_amount
  from eligible
  where eligible.is_checked and eligible.stay_days < 4
)
