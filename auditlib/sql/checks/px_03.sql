-- id: PX-03
-- title: Procedure on the other side than every diagnosis of its organ
-- version: 1
-- unit: ICD-10-PCS procedure on one side of an organ that a diagnosis of the stay names with its side
-- severity: R
-- settings: inpatient, encounters not yet billed
-- authority: ICD-10-CM Official Guidelines, section I.B.13, and ICD-10-PCS Official Guidelines, section B4: sides are coded
-- needs: the titles of ICD-10-CM and ICD-10-PCS codes
-- codesets: ICD-10-PCS
-- fix: Compare the operative report: the body part of the procedure or the side of the diagnosis may be wrong
-- effective: 2015-10-01
--
-- Organ and side are read from the titles of both codes. One diagnosis of the organ with the side of the procedure, with
-- both or with none is enough.
with
organ as (
  select 'knee' as organ union all select 'hip' union all select 'shoulder' union all select 'elbow' union all
  select 'wrist' union all select 'ankle' union all select 'foot' union all select 'hand' union all select 'eye' union all
  select 'ear' union all select 'breast' union all select 'kidney' union all select 'lung'
),

procedure_title as (
  select
    code.code,
    concat(' ', replace(lower(max(code.long_description)), ',', ''), ' ') as title
  from ref.code as code
  inner join (select distinct coded_procedure.code from core.coded_procedure as coded_procedure) as coded
    on coded.code = code.code
  where code.code_system = 'ICD-10-PCS'
  group by code.code
),

procedure_side as (
  select
    procedure_title.code,
    organ.organ,
    case when procedure_title.title like '% right %' then 'right' else 'left' end as side
  from procedure_title
  inner join organ
    on procedure_title.title like concat('% ', organ.organ, ' %')
  where
    (procedure_title.title like '% right %' and procedure_title.title not like '% left %')
    or (procedure_title.title like '% left %' and procedure_title.title not like '% right %')
),

diagnosis_side as (
  select
    sided_code.code,
    organ.organ,
    sided_code.side
  from core.sided_code as sided_code
  inner join organ
    on sided_code.pair_key like concat('% ', organ.organ, ' %')
),

eligible as (
  select
    coded_procedure.claim_id,
    coded_procedure.encounter_id,
    coded_procedure.item_number,
    coded_procedure.code,
    coded_procedure.service_date,
    procedure_side.organ,
    procedure_side.side,
    min(case when diagnosis_side.side in ('right', 'left') then bill_diagnosis.code end) as diagnosis_code,
    max(case when diagnosis_side.side in (procedure_side.side, 'bilateral', 'open') then 1 else 0 end) as is_of_side,
    1 as counted_as,
    true as is_checked
  from core.coded_procedure as coded_procedure
  inner join core.hospital_stay as hospital_stay
    on coalesce(hospital_stay.claim_id, -1) = coalesce(coded_procedure.claim_id, -1)
    and coalesce(hospital_stay.encounter_id, '') = coalesce(coded_procedure.encounter_id, '')
  inner join procedure_side
    on procedure_side.code = coded_procedure.code
  inner join core.bill_diagnosis as bill_diagnosis
    on coalesce(bill_diagnosis.claim_id, -1) = coalesce(coded_procedure.claim_id, -1)
    and coalesce(bill_diagnosis.encounter_id, '') = coalesce(coded_procedure.encounter_id, '')
  inner join diagnosis_side
    on diagnosis_side.code = bill_diagnosis.code and diagnosis_side.organ = procedure_side.organ
  group by
    coded_procedure.claim_id,
    coded_procedure.encounter_id,
    coded_procedure.item_number,
    coded_procedure.code,
    coded_procedure.service_date,
    procedure_side.organ,
    procedure_side.side
),

violating as (
  select
    eligible.claim_id,
    eligible.encounter_id,
    eligible.item_number,
    'ICD-10-PCS' as code_system,
    eligible.code,
    eligible.diagnosis_code as related_code,
    eligible.service_date,
    concat(
      eligible.code, ' is of the ', eligible.side, ' ', eligible.organ, '; ', diagnosis_code.shown_code, ' is of the other.'
    ) as detail,
    cast(null as varchar) as release,
    cast(null as decimal(18, 2)) as at_stake_amount
  from eligible
  inner join core.diagnosis_code as diagnosis_code
    on diagnosis_code.code = eligible.diagnosis_code
  where eligible.is_of_side = 0
)
