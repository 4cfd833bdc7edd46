-- id: MCE-15
-- title: Sex of a patient in hospital that the editor does not take
-- version: 1
-- unit: hospital stay that ended by 30 September 2024, with the patient's sex
-- severity: F
-- settings: inpatient, encounters not yet billed
-- authority: CMS Definitions of Medicare Code Edits, edit 15, out of use like edit 5 for discharges from 1 October 2024
-- needs: nothing but the claim
-- fix: Give the sex as the registration has it
-- effective: 2015-10-01 to 2024-09-30
--
-- The editor takes female and male; a transaction may also say unknown.
with
eligible as (
  select
    hospital_stay.claim_id,
    hospital_stay.encounter_id,
    hospital_stay.last_date as service_date,
    hospital_stay.sex,
    1 as counted_as,
    true as is_checked
  from core.hospital_stay as hospital_stay
  where
    hospital_stay.sex is not null
    and hospital_stay.last_date between date '2015-10-01' and date '2024-09-30'
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
    'The sex on the claim is neither female nor male.' as detail,
    cast(null as varchar) as release,
    cast(null as decimal(18, 2)) as at_stake_amount
  from eligible
  where eligible.sex not in ('F', 'M')
)
