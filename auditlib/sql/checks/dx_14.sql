-- id: DX-14
-- title: Symptom beside the disease that includes it
-- version: 1
-- unit: symptom of the table, once a bill
-- severity: R
-- settings: professional, institutional, dental, encounters not yet billed
-- authority: ICD-10-CM Official Guidelines, sections I.B.5 and I.B.6: symptoms that routinely belong to a disease
-- needs: nothing but the claim
-- fix: Take the symptom off where the disease explains it; keep it where the record gives it another cause
-- effective: 2015-10-01
--
-- A short table of symptoms that come with a disease as a rule, in our own judgement: no publisher lists such pairs.
-- Pairs that an Excludes1 note bars are DX-06.
with
symptom as (
  select 'R05' as symptom, 'lung infection' as disease_group union all select 'R05', 'airways' union all
  select 'R060', 'lung infection' union all select 'R060', 'airways' union all select 'R060', 'heart failure' union all
  select 'R060', 'respiratory failure' union all
  select 'R062', 'airways' union all
  select 'R0902', 'respiratory failure' union all
  select 'R0789', 'heart attack' union all select 'R079', 'heart attack' union all
  select 'R509', 'lung infection' union all select 'R509', 'sepsis' union all select 'R509', 'kidney infection' union all
  select 'R10', 'abdomen' union all
  select 'R111', 'gastroenteritis' union all select 'R112', 'gastroenteritis' union all
  select 'R197', 'gastroenteritis' union all
  select 'R300', 'urinary infection' union all select 'R300', 'kidney infection' union all
  select 'R350', 'urinary infection' union all
  select 'R60', 'heart failure'
),

disease as (
  select 'lung infection' as disease_group, 'J10' as category union all select 'lung infection', 'J11' union all
  select 'lung infection', 'J12' union all select 'lung infection', 'J13' union all select 'lung infection', 'J14' union all
  select 'lung infection', 'J15' union all select 'lung infection', 'J16' union all select 'lung infection', 'J18' union all
  select 'airways', 'J20' union all select 'airways', 'J44' union all select 'airways', 'J45' union all
  select 'heart failure', 'I50' union all
  select 'respiratory failure', 'J96' union all
  select 'heart attack', 'I20' union all select 'heart attack', 'I21' union all select 'heart attack', 'I22' union all
  select 'sepsis', 'A40' union all select 'sepsis', 'A41' union all
  select 'kidney infection', 'N10' union all
  select 'urinary infection', 'N30' union all
  select 'abdomen', 'K35' union all select 'abdomen', 'K80' union all select 'abdomen', 'K81' union all
  select 'abdomen', 'K85' union all select 'abdomen', 'N20' union all
  select 'gastroenteritis', 'A08' union all select 'gastroenteritis', 'A09' union all select 'gastroenteritis', 'K52'
),

symptom_code as (
  select
    diagnosis_code.code,
    symptom.disease_group
  from core.diagnosis_code as diagnosis_code
  inner join symptom
    on symptom.symptom = substring(diagnosis_code.code, 1, length(symptom.symptom))
),

eligible as (
  select
    bill_diagnosis.bill_number,
    bill_diagnosis.claim_id,
    bill_diagnosis.encounter_id,
    bill_diagnosis.item_number,
    bill_diagnosis.code,
    bill_diagnosis.service_date,
    1 as counted_as,
    true as is_checked
  from core.bill_diagnosis as bill_diagnosis
  inner join (select distinct symptom_code.code from symptom_code) as judged_code
    on judged_code.code = bill_diagnosis.code
),

explained as (
  select
    eligible.bill_number,
    eligible.code,
    min(partner.code) as partner_code
  from eligible
  inner join symptom_code
    on symptom_code.code = eligible.code
  inner join disease
    on disease.disease_group = symptom_code.disease_group
  inner join core.bill_diagnosis as partner
    on partner.bill_number = eligible.bill_number and substring(partner.code, 1, 3) = disease.category
  group by
    eligible.bill_number,
    eligible.code
),

violating as (
  select
    eligible.claim_id,
    eligible.encounter_id,
    eligible.item_number,
    'ICD-10-CM' as code_system,
    eligible.code,
    explained.partner_code as related_code,
    eligible.service_date,
    concat(own_code.shown_code, ' belongs to ', disease_code.shown_code, ' as a rule.') as detail,
    cast(null as varchar) as release,
    cast(null as decimal(18, 2)) as at_stake_amount
  from eligible
  inner join explained
    on explained.bill_number = eligible.bill_number and explained.code = eligible.code
  inner join core.diagnosis_code as own_code
    on own_code.code = eligible.code
  inner join core.diagnosis_code as disease_code
    on disease_code.code = explained.partner_code
)
