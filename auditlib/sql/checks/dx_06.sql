-- id: DX-06
-- title: Excludes1 conflict
-- version: 1
-- unit: pair of different diagnosis codes on one claim
-- severity: R
-- settings: professional, institutional, dental, encounters not yet billed
-- authority: ICD-10-CM Official Guidelines, section I.A.12.a: allowed only where the two conditions are unrelated
-- needs: a release of ICD-10-CM notes effective on the date of service
-- codesets: ICD-10-CM notes
-- fix: Keep the code that the note prefers, or show in the record that the two conditions are unrelated
-- effective: 2015-10-01
--
-- Admitting diagnoses and reasons for visit take no part: they say what was known at the door. Each pair counts once a
-- claim, whichever code bears the note and however often it stands there. A code that the note itself excludes is not
-- governed by it, so a note over a range never sets two of its excluded codes against each other.
with
eligible as (
  select
    lesser.claim_id,
    lesser.encounter_id,
    lesser.item_number,
    greater.item_number as other_item_number,
    lesser.code,
    greater.code as other_code,
    lesser.service_date,
    release_day.note_release as release,
    1 as counted_as,
    release_day.note_release is not null as is_checked
  from core.bill_diagnosis as lesser
  inner join core.bill_diagnosis as greater
    on greater.bill = lesser.bill and greater.code > lesser.code
  left join core.release_day as release_day
    on release_day.service_date = lesser.service_date
),

judged_pair as (
  select distinct
    eligible.code,
    eligible.other_code,
    eligible.release
  from eligible
  where eligible.is_checked
),

judged_code as (
  select judged_pair.code
  from judged_pair
  union
  select judged_pair.other_code as code
  from judged_pair
),

-- The tilde sorts after every character of a code: up to it lie all codes that begin with the last one named.
-- Joined on nothing but the range, whatever the release: so the engine can sort both sides.
named as (
  select distinct
    judged_code.code,
    code_exclusion.release,
    code_exclusion.code as note_code,
    code_exclusion.note_number
  from judged_code
  inner join ref.code_exclusion as code_exclusion
    on code_exclusion.code_system = 'ICD-10-CM'
    and judged_code.code >= code_exclusion.excluded_from
    and judged_code.code <= concat(code_exclusion.excluded_to, '~')
),

note as (
  select distinct
    code_exclusion.release,
    code_exclusion.code as note_code,
    code_exclusion.note_number,
    code_exclusion.code_from,
    code_exclusion.code_to
  from ref.code_exclusion as code_exclusion
  where code_exclusion.code_system = 'ICD-10-CM'
),

governed as (
  select
    judged_code.code,
    note.release,
    note.note_code,
    note.note_number,
    note.code_from,
    note.code_to
  from judged_code
  inner join note
    on judged_code.code >= note.code_from
    and judged_code.code <= concat(note.code_to, '~')
  left join named
    on named.release = note.release
    and named.code = judged_code.code
    and named.note_code = note.note_code
    and named.note_number = note.note_number
  where named.code is null
),

-- A note under either code of the pair bars it.
barred as (
  select
    judged_pair.code,
    judged_pair.other_code,
    judged_pair.release,
    governed.note_code,
    governed.note_number,
    governed.code_from,
    governed.code_to,
    1 as is_under_lesser
  from judged_pair
  inner join governed
    on governed.release = judged_pair.release and governed.code = judged_pair.code
  inner join named
    on named.release = judged_pair.release
    and named.code = judged_pair.other_code
    and named.note_code = governed.note_code
    and named.note_number = governed.note_number
  union all
  select
    judged_pair.code,
    judged_pair.other_code,
    judged_pair.release,
    governed.note_code,
    governed.note_number,
    governed.code_from,
    governed.code_to,
    0 as is_under_lesser
  from judged_pair
  inner join governed
    on governed.release = judged_pair.release and governed.code = judged_pair.other_code
  inner join named
    on named.release = judged_pair.release
    and named.code = judged_pair.code
    and named.note_code = governed.note_code
    and named.note_number = governed.note_number
),

-- Of several notes the one nearest to its code is named: a code before a section, a section before a chapter.
nearest as (
  select
    barred.code,
    barred.other_code,
    barred.release,
    barred.note_code,
    barred.note_number,
    barred.is_under_lesser,
    row_number() over (
      partition by barred.release, barred.code, barred.other_code
      order by
        case when barred.code_from = barred.code_to then 0 else 1 end,
        length(barred.code_from) desc,
        barred.code_from desc,
        barred.note_code,
        barred.note_number,
        barred.is_under_lesser desc
    ) as preference
  from barred
),

violating as (
  select
    eligible.claim_id,
    eligible.encounter_id,
    case when nearest.is_under_lesser = 1 then eligible.item_number else eligible.other_item_number end as item_number,
    'ICD-10-CM' as code_system,
    case when nearest.is_under_lesser = 1 then eligible.code else eligible.other_code end as code,
    case when nearest.is_under_lesser = 1 then eligible.other_code else eligible.code end as related_code,
    eligible.service_date,
    concat(
      'Excludes1 note at ',
      case
        when nearest.note_code like 'chapter%' or nearest.note_code like '%-%' or length(nearest.note_code) <= 3 then nearest.note_code
        else concat(substring(nearest.note_code, 1, 3), '.', substring(nearest.note_code, 4))
      end,
      ': ',
      coalesce(code_note.note_text, 'the two are not coded together')
    ) as detail,
    eligible.release,
    cast(null as decimal(18, 2)) as at_stake_amount
  from eligible
  inner join nearest
    on nearest.release = eligible.release
    and nearest.code = eligible.code
    and nearest.other_code = eligible.other_code
    and nearest.preference = 1
  left join ref.code_note as code_note
    on code_note.code_system = 'ICD-10-CM'
    and code_note.release = nearest.release
    and code_note.code = nearest.note_code
    and code_note.note_kind = 'excludes1'
    and code_note.note_number = nearest.note_number
)
