-- id: MCE-16
-- title: Discharge status that a hospital stay cannot have
-- version: 1
-- unit: hospital stay with a discharge status
-- severity: F
-- settings: inpatient, encounters not yet billed
-- authority: CMS Definitions of Medicare Code Edits, edit 16; Medicare Claims Processing Manual, chapter 25, section 75.2
-- needs: the discharge status as a code of two digits
-- fix: Give the status by which the patient left, as the discharge order and the transfer record have it
-- effective: 2015-10-01
--
-- 08 ended in 2005 and 71 and 72 before, 09 is for outpatients who are admitted, 40 to 42 are for hospices.
with
eligible as (
  select
    hospital_stay.claim_id,
    hospital_stay.encounter_id,
    hospital_stay.last_date as service_date,
    right(concat('0', trim(hospital_stay.discharge_status_code)), 2) as status_code,
    trim(hospital_stay.discharge_status_code) as given_code,
    1 as counted_as,
    length(trim(hospital_stay.discharge_status_code)) <= 2 as is_checked
  from core.hospital_stay as hospital_stay
  where hospital_stay.discharge_status_code is not null
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
    concat('A hospital stay cannot have the discharge status ', eligible.given_code, '.') as detail,
    cast(null as varchar) as release,
    cast(null as decimal(18, 2)) as at_stake_amount
  from eligible
  where
    eligible.is_checked
    and eligible.status_code not in (
      '01', '02', '03', '04', '05', '06', '07', '20', '21', '30', '43', '50', '51', '61', '62', '63', '64', '65', '66',
      '69', '70', '81', '82', '83', '84', '85', '86', '87', '88', '89', '90', '91', '92', '93', '94', '95'
    )
)
