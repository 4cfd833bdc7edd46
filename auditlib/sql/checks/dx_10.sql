-- id: DX-10
-- title: Right and left coded apart where one code names both
-- version: 1
-- unit: code for the right side that has a bilateral one, once a bill
-- severity: R
-- settings: professional, institutional, dental, encounters not yet billed
-- authority: ICD-10-CM Official Guidelines, section I.B.13: both sides have two codes only where no bilateral code exists
-- needs: the titles of ICD-10-CM codes
-- codesets: ICD-10-CM
-- fix: Take the bilateral code
-- effective: 2015-10-01
--
-- Where one side was treated before, the guidelines want the code of the side that is left, and no finding arises.
with
eligible as (
  select
    bill_diagnosis.bill_number,
    bill_diagnosis.claim_id,
    bill_diagnosis.encounter_id,
    bill_diagnosis.item_number,
    bill_diagnosis.code,
    bill_diagnosis.service_date,
    sided_code.pair_key,
    sided_code.bilateral_code,
    1 as counted_as,
    true as is_checked
  from core.bill_diagnosis as bill_diagnosis
  inner join core.sided_code as sided_code
    on sided_code.code = bill_diagnosis.code
    and sided_code.side = 'right'
    and sided_code.bilateral_code is not null
),

other_side as (
  select
    bill_diagnosis.bill_number,
    sided_code.pair_key,
    min(bill_diagnosis.code) as code
  from core.bill_diagnosis as bill_diagnosis
  inner join core.sided_code as sided_code
    on sided_code.code = bill_diagnosis.code and sided_code.side = 'left'
  group by
    bill_diagnosis.bill_number,
    sided_code.pair_key
),

violating as (
  select
    eligible.claim_id,
    eligible.encounter_id,
    eligible.item_number,
    'ICD-10-CM' as code_system,
    eligible.code,
    other_side.code as related_code,
    eligible.service_date,
    concat(own_code.shown_code, ' and ', left_code.shown_code, ' are right and left; ', both_code.shown_code, ' names both.') as detail,
    cast(null as varchar) as release,
    cast(null as decimal(18, 2)) as at_stake_amount
  from eligible
  inner join other_side
    on other_side.bill_number = eligible.bill_number and other_side.pair_key = eligible.pair_key
  inner join core.diagnosis_code as own_code
    on own_code.code = eligible.code
  inner join core.diagnosis_code as left_code
    on left_code.code = other_side.code
  inner join core.diagnosis_code as both_code
    on both_code.code = eligible.bilateral_code
)
