-- id: DX-01
-- title: Invalid diagnosis code
-- version: 2
-- unit: diagnosis code
-- severity: F
-- settings: professional, institutional, dental, encounters not yet billed
-- authority: 45 CFR 162.1002(c)(2), the code set for diagnoses; ICD-10-CM Official Guidelines, section I.B.2
-- needs: a release of ICD-10-CM effective on the date of service
-- codesets: ICD-10-CM
-- closer: DX-04
-- fix: Look the code up: a digit may be missing, added or transposed
-- effective: 2015-10-01
--
-- A code that is nowhere in the loaded releases, on any date. A header is DX-02, a code of other dates DX-03: a code
-- is reported by one of the three, or by DX-04 where its form says what is wrong with it. Stays are judged by their
-- last day, everything else by the first day of service.
with
eligible as (
  select
    diagnosis_day.diagnosis_count as counted_as,
    diagnosis_day.is_checked
  from core.diagnosis_day as diagnosis_day
),

violating as (
  select
    diagnosis.claim_id,
    diagnosis.encounter_id,
    diagnosis.item_number,
    diagnosis.code_system,
    diagnosis.code,
    cast(null as varchar) as related_code,
    diagnosis.service_date,
    concat(diagnosis_code.shown_code, ' is not an ICD-10-CM code.') as detail,
    release_day.release,
    cast(null as decimal(18, 2)) as at_stake_amount
  from core.diagnosis_code as diagnosis_code
  inner join core.diagnosis as diagnosis
    on diagnosis.code = diagnosis_code.code and diagnosis.code_system = 'ICD-10-CM'
  inner join core.release_day as release_day
    on release_day.service_date = diagnosis.service_date
    and release_day.release is not null
    and not release_day.can_only_confirm
  where not diagnosis_code.is_known
)
