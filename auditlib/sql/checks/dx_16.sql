-- id: DX-16
-- title: History of a cancer beside the same cancer as active
-- version: 1
-- unit: history of a cancer with a known site, once a bill
-- severity: R
-- settings: professional, institutional, dental, encounters not yet billed
-- authority: ICD-10-CM Official Guidelines, section I.C.2.m: current malignancy or personal history
-- needs: nothing but the claim
-- fix: Code the cancer as active while it is treated, as history after it was removed and its treatment has ended
-- effective: 2015-10-01
--
-- A second primary, the other of two organs and a relapse are rightly coded beside the history of an earlier one.
with
site as (
  select 'Z8501' as history, 'C15' as category union all select 'Z8502', 'C16' union all
  select 'Z8503', 'C18' union all select 'Z8504', 'C19' union all select 'Z8504', 'C20' union all
  select 'Z8504', 'C21' union all select 'Z8505', 'C22' union all select 'Z8507', 'C25' union all
  select 'Z8511', 'C34' union all select 'Z8521', 'C32' union all select 'Z853', 'C50' union all
  select 'Z8541', 'C53' union all select 'Z8542', 'C54' union all select 'Z8542', 'C55' union all
  select 'Z8543', 'C56' union all select 'Z8546', 'C61' union all select 'Z8547', 'C62' union all
  select 'Z8551', 'C67' union all select 'Z8552', 'C64' union all select 'Z8553', 'C65' union all
  select 'Z85820', 'C43' union all select 'Z85850', 'C73' union all select 'Z8571', 'C81'
),

history_code as (
  select
    diagnosis_code.code,
    site.category
  from core.diagnosis_code as diagnosis_code
  inner join site
    on site.history = substring(diagnosis_code.code, 1, length(site.history))
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
  inner join (select distinct history_code.code from history_code) as judged_code
    on judged_code.code = bill_diagnosis.code
),

active as (
  select
    eligible.bill_number,
    eligible.code,
    min(cancer.code) as cancer_code
  from eligible
  inner join history_code
    on history_code.code = eligible.code
  inner join core.bill_diagnosis as cancer
    on cancer.bill_number = eligible.bill_number and substring(cancer.code, 1, 3) = history_code.category
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
    active.cancer_code as related_code,
    eligible.service_date,
    concat(own_code.shown_code, ' says that the cancer is past, ', cancer_code.shown_code, ' that it is active.') as detail,
    cast(null as varchar) as release,
    cast(null as decimal(18, 2)) as at_stake_amount
  from eligible
  inner join active
    on active.bill_number = eligible.bill_number and active.code = eligible.code
  inner join core.diagnosis_code as own_code
    on own_code.code = eligible.code
  inner join core.diagnosis_code as cancer_code
    on cancer_code.code = active.cancer_code
)
