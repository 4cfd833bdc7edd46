-- id: MCE-14
-- title: Age of a patient in hospital that cannot be
-- version: 1
-- unit: hospital stay
-- severity: F
-- settings: inpatient, encounters not yet billed
-- authority: CMS Definitions of Medicare Code Edits, edit 14: an age in whole years from 0 to 124
-- needs: the patient's date of birth and a date of the stay
-- fix: Compare the date of birth and the dates of the stay with the registration
-- effective: 2015-10-01
--
-- A child that is born after the day of admission and by the last day is no finding: the mother's admission stands there.
with
eligible as (
  select
    hospital_stay.claim_id,
    hospital_stay.encounter_id,
    hospital_stay.last_date as service_date,
    hospital_stay.admission_age_years,
    hospital_stay.last_age_years,
    1 as counted_as,
    hospital_stay.admission_age_years is not null and hospital_stay.last_age_years is not null as is_checked
  from core.hospital_stay as hospital_stay
),

violating as (
  select
    eligible.claim_id,
    eligible.encounter_id,
    0 as item_number,
    cast(null as varchar) as code_system,
    cast(null as varchar) as code,
    cast(null as varchar) as related_code,
    eligible.service_date,
    case
      when eligible.last_age_years < 0 then 'The date of birth is after the stay.'
      else 'The patient would be older than 124 years.'
    end as detail,
    cast(null as varchar) as release,
    cast(null as decimal(18, 2)) as at_stake_amount
  from eligible
  where
    eligible.is_checked
    and (eligible.last_age_years < 0 or eligible.admission_age_years > 124)
)
