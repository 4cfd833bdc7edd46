-- id: DX-25
-- title: Disease to code first is missing or comes later
-- version: 1
-- unit: diagnosis under a "code first" note that names codes, once a bill
-- severity: R
-- settings: professional, institutional, dental, encounters not yet billed
-- authority: ICD-10-CM Official Guidelines, section I.A.13; "code first" notes of the tabular list
-- needs: a release of ICD-10-CM notes effective on the date of service
-- codesets: ICD-10-CM notes
-- fix: List the underlying disease before the code, where the record says that it is the cause
-- effective: 2015-10-01
--
-- Two findings: a disease that the note names comes after the code, and none before it; or no such disease is there,
-- under a note that wants the underlying one and leaves none open ("such as", "if applicable"). Most notes hold only
-- where one caused the other, which codes do not say, so that a person decides.
with
coded as (
  select
    bill_diagnosis.bill_number,
    bill_diagnosis.code_number,
    bill_diagnosis.code,
    bill_diagnosis.claim_id,
    bill_diagnosis.encounter_id,
    bill_diagnosis.item_number,
    bill_diagnosis.list_position as position,
    bill_diagnosis.service_date
  from core.bill_diagnosis as bill_diagnosis
  where bill_diagnosis.list_position is not null
),

coded_code as (
  select distinct
    coded.code,
    coded.code_number
  from coded
),

-- Only notes that name codes govern; one wants its disease where it is the only text and leaves none open.
note as (
  select
    code_note.release,
    code_note.code as note_code,
    count(*) = 1
    and max(
      case
        when
          (lower(code_note.note_text) like 'underlying%' or lower(code_note.note_text) like 'neoplasm (%')
          and not regexp_matches(lower(code_note.note_text), 'such as|applicable|known|any |if |when|e[.]g')
          then 1
        else 0
      end
    ) = 1 as is_required
  from ref.code_note as code_note
  inner join (
    select distinct
      noted_code.release,
      noted_code.note_code
    from core.noted_code as noted_code
    where noted_code.note_kind = 'code first'
  ) as naming
    on naming.release = code_note.release and naming.note_code = code_note.code
  where code_note.code_system = 'ICD-10-CM' and code_note.note_kind = 'code first'
  group by
    code_note.release,
    code_note.code
),

governed as (
  select
    coded_code.code_number,
    note.release,
    note.note_code,
    note.is_required
  from coded_code
  inner join note
    on note.note_code = substring(coded_code.code, 1, length(note.note_code))
),

governed_code as (
  select
    governed.code_number,
    governed.release,
    max(case when governed.is_required then 1 else 0 end) as is_required
  from governed
  group by
    governed.code_number,
    governed.release
),

-- The tilde sorts after every character of a code: up to it lie all codes that begin with the last one named.
named_by_note as (
  select distinct
    governing.release,
    governing.note_code,
    coded_code.code_number
  from (select distinct governed.release, governed.note_code from governed) as governing
  inner join core.noted_code as noted_code
    on noted_code.release = governing.release
    and noted_code.note_code = governing.note_code
    and noted_code.note_kind = 'code first'
  inner join coded_code
    on coded_code.code >= noted_code.named_from
    and coded_code.code <= concat(noted_code.named_to, '~')
),

named as (
  select distinct
    governed.code_number,
    governed.release,
    named_by_note.code_number as named_number
  from governed
  inner join named_by_note
    on named_by_note.release = governed.release
    and named_by_note.note_code = governed.note_code
    and named_by_note.code_number <> governed.code_number
),

eligible as (
  select
    coded.bill_number,
    coded.code_number,
    coded.code,
    coded.claim_id,
    coded.encounter_id,
    coded.item_number,
    coded.position,
    coded.service_date,
    release_day.note_release as release,
    governed_code.is_required,
    1 as counted_as,
    release_day.note_release is not null as is_checked
  from coded
  left join core.release_day as release_day
    on release_day.service_date = coded.service_date
  left join governed_code
    on governed_code.code_number = coded.code_number and governed_code.release = release_day.note_release
  where governed_code.code_number is not null or release_day.note_release is null
),

partner as (
  select
    eligible.bill_number,
    eligible.code_number,
    min(coded.position) as first_position,
    min_by(coded.code, coded.position) as first_code
  from eligible
  inner join coded
    on coded.bill_number = eligible.bill_number
  inner join named
    on named.code_number = eligible.code_number
    and named.release = eligible.release
    and named.named_number = coded.code_number
  group by
    eligible.bill_number,
    eligible.code_number
),

violating as (
  select
    eligible.claim_id,
    eligible.encounter_id,
    eligible.item_number,
    'ICD-10-CM' as code_system,
    eligible.code,
    partner.first_code as related_code,
    eligible.service_date,
    concat(
      diagnosis_code.shown_code,
      case
        when partner.first_code is null then ' stands without the underlying disease that its note wants first.'
        else concat(' stands before ', partner_code.shown_code, ', which its "code first" note names.')
      end
    ) as detail,
    eligible.release,
    cast(null as decimal(18, 2)) as at_stake_amount
  from eligible
  left join partner
    on partner.bill_number = eligible.bill_number and partner.code_number = eligible.code_number
  inner join core.diagnosis_code as diagnosis_code
    on diagnosis_code.code = eligible.code
  left join core.diagnosis_code as partner_code
    on partner_code.code = partner.first_code
  where
    partner.first_position > eligible.position
    or (partner.first_code is null and eligible.is_required = 1)
)
