-- id: DX-08
-- title: Manifestation code listed first
-- version: 1
-- unit: bill with a first-listed diagnosis
-- severity: F
-- settings: professional, institutional, dental, encounters not yet billed
-- authority: ICD-10-CM Official Guidelines, section I.A.13: a manifestation is never first-listed or principal
-- needs: a release of ICD-10-CM and one of ICD-10-CM notes effective on the date of service
-- codesets: ICD-10-CM, ICD-10-CM notes
-- fix: List the underlying disease first, as the "code first" note says, and the manifestation after it
-- effective: 2015-10-01
--
-- A manifestation is a code whose own title says "in ... classified elsewhere" and that stands under a "code first"
-- note. Other codes under such a note may come first in some cases: they are DX-25.
with
eligible as (
  select
    first_listed_diagnosis.claim_id,
    first_listed_diagnosis.encounter_id,
    first_listed_diagnosis.item_number,
    first_listed_diagnosis.code,
    first_listed_diagnosis.service_date,
    release_day.note_release,
    1 as counted_as,
    release_day.note_release is not null and release_day.release is not null as is_checked
  from core.first_listed_diagnosis as first_listed_diagnosis
  left join core.release_day as release_day
    on release_day.service_date = first_listed_diagnosis.service_date
),

titled as (
  select distinct
    eligible.code,
    eligible.service_date,
    eligible.note_release
  from eligible
  inner join ref.code as code
    on code.code_system = 'ICD-10-CM'
    and code.code = eligible.code
    and code.effective_from <= eligible.service_date
    and coalesce(code.effective_to, date '9999-12-31') >= eligible.service_date
    and lower(code.long_description) like '% in %classified elsewhere%'
  where eligible.is_checked
),

manifestation as (
  select
    titled.code,
    titled.service_date,
    min(code_note.code) as note_code
  from titled
  inner join ref.code_note as code_note
    on code_note.code_system = 'ICD-10-CM'
    and code_note.note_kind = 'code first'
    and code_note.release = titled.note_release
    and code_note.code = substring(titled.code, 1, length(code_note.code))
  group by
    titled.code,
    titled.service_date
),

violating as (
  select
    eligible.claim_id,
    eligible.encounter_id,
    eligible.item_number,
    'ICD-10-CM' as code_system,
    eligible.code,
    cast(null as varchar) as related_code,
    eligible.service_date,
    concat(
      diagnosis_code.shown_code,
      ' is a manifestation and is listed first; the disease that it comes from goes before it.'
    ) as detail,
    eligible.note_release as release,
    cast(null as decimal(18, 2)) as at_stake_amount
  from eligible
  inner join manifestation
    on manifestation.code = eligible.code and manifestation.service_date = eligible.service_date
  inner join core.diagnosis_code as diagnosis_code
    on diagnosis_code.code = eligible.code
)
