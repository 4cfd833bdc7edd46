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
-- Codes and releases have numbers here, so that a pair of codes is one number and is looked up in one step.
judged_code as (
  select distinct
    bill_diagnosis.code,
    bill_diagnosis.code_number
  from core.bill_diagnosis as bill_diagnosis
),

judged_release as (
  select
    occurring.release,
    row_number() over (order by occurring.release) as release_number
  from (
    select distinct release_day.note_release as release
    from core.release_day as release_day
  ) as occurring
),

judged_day as (
  select
    release_day.service_date,
    judged_release.release,
    judged_release.release_number
  from core.release_day as release_day
  inner join judged_release
    on judged_release.release = release_day.note_release
),

-- One row a bill with all its pairs, which are many more than those in conflict.
bill as (
  select
    bill_diagnosis.bill_number,
    count(*) as code_count,
    min(bill_diagnosis.service_date) as service_date
  from core.bill_diagnosis as bill_diagnosis
  group by bill_diagnosis.bill_number
),

eligible as (
  select
    bill.bill_number,
    cast(bill.code_count * (bill.code_count - 1) / 2 as bigint) as counted_as,
    judged_day.service_date is not null as is_checked
  from bill
  left join judged_day
    on judged_day.service_date = bill.service_date
),

-- No note names less than a category.
length_of_start as (
  select 3 as character_count union all select 4 union all select 5 union all select 6 union all select 7
),

-- What a code begins with: a note names and governs all codes below the one that it states.
code_start as (
  select distinct
    judged_code.code,
    judged_code.code_number,
    substring(judged_code.code, 1, length_of_start.character_count) as start
  from judged_code
  cross join length_of_start
),

judged_note as (
  select
    judged_release.release_number,
    code_exclusion.code as note_code,
    code_exclusion.note_number,
    code_exclusion.code_from,
    code_exclusion.code_to,
    code_exclusion.excluded_from,
    code_exclusion.excluded_to
  from ref.code_exclusion as code_exclusion
  inner join judged_release
    on judged_release.release = code_exclusion.release
  where code_exclusion.code_system = 'ICD-10-CM'
),

exclusion as (
  select distinct
    judged_note.release_number,
    judged_note.note_code,
    judged_note.note_number,
    judged_note.excluded_from,
    judged_note.excluded_to
  from judged_note
),

-- The tilde sorts after every character of a code: up to it lie all codes that begin with the last one of a range.
named as (
  select
    code_start.code_number,
    exclusion.release_number,
    exclusion.note_code,
    exclusion.note_number
  from code_start
  inner join exclusion
    on exclusion.excluded_from = code_start.start
  where exclusion.excluded_from = exclusion.excluded_to
  union
  select
    judged_code.code_number,
    exclusion.release_number,
    exclusion.note_code,
    exclusion.note_number
  from judged_code
  inner join exclusion
    on judged_code.code >= exclusion.excluded_from
    and judged_code.code <= concat(exclusion.excluded_to, '~')
  where exclusion.excluded_from <> exclusion.excluded_to
),

note as (
  select distinct
    judged_note.release_number,
    judged_note.note_code,
    judged_note.note_number,
    judged_note.code_from,
    judged_note.code_to
  from judged_note
),

below_note as (
  select
    code_start.code_number,
    note.release_number,
    note.note_code,
    note.note_number,
    note.code_from,
    note.code_to
  from code_start
  inner join note
    on note.code_from = code_start.start
  where note.code_from = note.code_to
  union all
  select
    judged_code.code_number,
    note.release_number,
    note.note_code,
    note.note_number,
    note.code_from,
    note.code_to
  from judged_code
  inner join note
    on judged_code.code >= note.code_from
    and judged_code.code <= concat(note.code_to, '~')
  where note.code_from <> note.code_to
),

governed as (
  select
    below_note.code_number,
    below_note.release_number,
    below_note.note_code,
    below_note.note_number,
    below_note.code_from,
    below_note.code_to
  from below_note
  left join named
    on named.release_number = below_note.release_number
    and named.code_number = below_note.code_number
    and named.note_code = below_note.note_code
    and named.note_number = below_note.note_number
  where named.code_number is null
),

-- A note under either code of a pair bars it.
barred_pair as (
  select distinct
    (governed.release_number * 262144 + least(governed.code_number, named.code_number)) * 262144
    + greatest(governed.code_number, named.code_number) as pair_number
  from governed
  inner join named
    on named.release_number = governed.release_number
    and named.note_code = governed.note_code
    and named.note_number = governed.note_number
),

conflict as (
  select
    lesser.bill_number,
    lesser.claim_id,
    lesser.encounter_id,
    lesser.item_number,
    greater.item_number as other_item_number,
    lesser.code_number,
    greater.code_number as other_code_number,
    lesser.service_date,
    judged_day.release,
    judged_day.release_number
  from core.bill_diagnosis as lesser
  inner join core.bill_diagnosis as greater
    on greater.bill_number = lesser.bill_number
    and greater.code_number > lesser.code_number
  inner join judged_day
    on judged_day.service_date = lesser.service_date
  inner join barred_pair
    on barred_pair.pair_number
    = (judged_day.release_number * 262144 + lesser.code_number) * 262144 + greater.code_number
),

conflicting_pair as (
  select distinct
    conflict.code_number,
    conflict.other_code_number,
    conflict.release_number
  from conflict
),

-- The note of each conflict, under its lesser code or under its greater one.
barred as (
  select
    conflicting_pair.code_number,
    conflicting_pair.other_code_number,
    conflicting_pair.release_number,
    governed.note_code,
    governed.note_number,
    governed.code_from,
    governed.code_to,
    true as is_under_lesser
  from conflicting_pair
  inner join governed
    on governed.release_number = conflicting_pair.release_number
    and governed.code_number = conflicting_pair.code_number
  inner join named
    on named.release_number = conflicting_pair.release_number
    and named.code_number = conflicting_pair.other_code_number
    and named.note_code = governed.note_code
    and named.note_number = governed.note_number
  union all
  select
    conflicting_pair.code_number,
    conflicting_pair.other_code_number,
    conflicting_pair.release_number,
    governed.note_code,
    governed.note_number,
    governed.code_from,
    governed.code_to,
    false as is_under_lesser
  from conflicting_pair
  inner join governed
    on governed.release_number = conflicting_pair.release_number
    and governed.code_number = conflicting_pair.other_code_number
  inner join named
    on named.release_number = conflicting_pair.release_number
    and named.code_number = conflicting_pair.code_number
    and named.note_code = governed.note_code
    and named.note_number = governed.note_number
),

-- Of several notes the one nearest to its code is named: a code before a section, a section before a chapter.
nearest as (
  select
    barred.code_number,
    barred.other_code_number,
    barred.release_number,
    barred.note_code,
    barred.note_number,
    barred.is_under_lesser,
    row_number() over (
      partition by barred.release_number, barred.code_number, barred.other_code_number
      order by
        barred.code_from <> barred.code_to,
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
    conflict.claim_id,
    conflict.encounter_id,
    case when nearest.is_under_lesser then conflict.item_number else conflict.other_item_number end as item_number,
    'ICD-10-CM' as code_system,
    case when nearest.is_under_lesser then judged_code.code else other_code.code end as code,
    case when nearest.is_under_lesser then other_code.code else judged_code.code end as related_code,
    conflict.service_date,
    concat(
      'Excludes1 note at ',
      case
        when nearest.note_code like 'chapter%' or nearest.note_code like '%-%' or length(nearest.note_code) <= 3 then nearest.note_code
        else concat(substring(nearest.note_code, 1, 3), '.', substring(nearest.note_code, 4))
      end,
      ': ',
      coalesce(code_note.note_text, 'the two are not coded together')
    ) as detail,
    conflict.release,
    cast(null as decimal(18, 2)) as at_stake_amount
  from conflict
  inner join judged_code
    on judged_code.code_number = conflict.code_number
  inner join judged_code as other_code
    on other_code.code_number = conflict.other_code_number
  left join nearest
    on nearest.release_number = conflict.release_number
    and nearest.code_number = conflict.code_number
    and nearest.other_code_number = conflict.other_code_number
    and nearest.preference = 1
  left join ref.code_note as code_note
    on code_note.code_system = 'ICD-10-CM'
    and code_note.release = conflict.release
    and code_note.code = nearest.note_code
    and code_note.note_kind = 'excludes1'
    and code_note.note_number = nearest.note_number
)
