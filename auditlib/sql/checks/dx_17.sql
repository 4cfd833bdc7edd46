-- id: DX-17
-- title: Two codes where one names both conditions
-- version: 1
-- unit: hypertension, diabetes without complications or severe sepsis, once a bill
-- severity: R
-- settings: professional, institutional, dental, encounters not yet billed
-- authority: ICD-10-CM Official Guidelines, sections I.A.15 ("with"), I.C.9.a (hypertension), I.C.1.d.1.b (severe sepsis)
-- needs: nothing but the claim
-- fix: Take the combination code, and keep the code of the stage or type beside it; unless the record says that one has nothing to do with the other
-- effective: 2015-10-01
--
-- The guidelines presume that hypertension and heart failure or chronic kidney disease belong together, and diabetes and
-- what its index names under "with". Severe sepsis needs the code of the infection before it.
with
combination as (
  select 'I10' as code_start, 'N18' as partner_start, 'I12' as combined union all
  select 'I10', 'I50', 'I11' union all
  select 'I11', 'N18', 'I13' union all
  select 'I11', 'I12', 'I13' union all
  select 'I12', 'I50', 'I13' union all
  select 'diabetes', 'N18', '22' union all
  select 'diabetes', 'G629', '42' union all
  select 'diabetes', 'I702', '51' union all
  select 'diabetes', 'I739', '51' union all
  select 'diabetes', 'K3184', '43' union all
  select 'diabetes', 'L97', '62' union all
  select 'diabetes', 'R739', '65' union all
  select 'diabetes', 'E162', '64'
),

eligible as (
  select
    bill_diagnosis.bill_number,
    bill_diagnosis.claim_id,
    bill_diagnosis.encounter_id,
    bill_diagnosis.item_number,
    bill_diagnosis.code,
    bill_diagnosis.service_date,
    case
      when substring(bill_diagnosis.code, 1, 1) = 'E' then 'diabetes'
      else substring(bill_diagnosis.code, 1, 3)
    end as code_start,
    1 as counted_as,
    true as is_checked
  from core.bill_diagnosis as bill_diagnosis
  where
    substring(bill_diagnosis.code, 1, 3) in ('I10', 'I11', 'I12')
    or bill_diagnosis.code in ('E089', 'E099', 'E109', 'E119', 'E139', 'R6520', 'R6521')
),

-- Sepsis, and what the tabular list has for it in other chapters.
infected_bill as (
  select distinct bill_diagnosis.bill_number
  from core.bill_diagnosis as bill_diagnosis
  where
    substring(bill_diagnosis.code, 1, 3) in ('A40', 'A41', 'P36', 'O85')
    or substring(bill_diagnosis.code, 1, 4) in (
      'A021', 'A207', 'A217', 'A227', 'A241', 'A267', 'A327', 'A392', 'A393', 'A394', 'A427', 'B007', 'B377', 'T802', 'T814'
    )
    or bill_diagnosis.code in ('A5486', 'O0337', 'O0387', 'O0487', 'O0737', 'O0882', 'O8604')
),

partnered as (
  select
    eligible.bill_number,
    eligible.code,
    partner.code as partner_code,
    combination.combined,
    row_number() over (partition by eligible.bill_number, eligible.code order by partner.item_number, partner.code) as preference
  from eligible
  inner join combination
    on combination.code_start = eligible.code_start
  inner join core.bill_diagnosis as partner
    on partner.bill_number = eligible.bill_number
    and substring(partner.code, 1, length(combination.partner_start)) = combination.partner_start
),

violating as (
  select
    eligible.claim_id,
    eligible.encounter_id,
    eligible.item_number,
    'ICD-10-CM' as code_system,
    eligible.code,
    partnered.partner_code as related_code,
    eligible.service_date,
    case
      when eligible.code_start = 'R65' then concat(own_code.shown_code, ' stands without the infection that led to the sepsis.')
      else concat(
        own_code.shown_code,
        ' and ',
        partner_code.shown_code,
        ' are presumed to belong together: ',
        case
          when eligible.code_start = 'diabetes' then concat(substring(eligible.code, 1, 3), '.', partnered.combined)
          else partnered.combined
        end,
        ' names both.'
      )
    end as detail,
    cast(null as varchar) as release,
    cast(null as decimal(18, 2)) as at_stake_amount
  from eligible
  inner join core.diagnosis_code as own_code
    on own_code.code = eligible.code
  left join partnered
    on partnered.bill_number = eligible.bill_number and partnered.code = eligible.code and partnered.preference = 1
  left join core.diagnosis_code as partner_code
    on partner_code.code = partnered.partner_code
  left join infected_bill
    on infected_bill.bill_number = eligible.bill_number
  where
    partnered.partner_code is not null
    or (eligible.code_start = 'R65' and infected_bill.bill_number is null)
)
