-- title: Every ICD-10-CM code that is coded or that a release names
-- row: one code
-- key: code
-- rule: known where any loaded release holds it, as a code or as a header; a header where none ever let it be billed.
--   Its first and last day are those on which it may be billed, in all releases together
-- needs: ref.code, core.diagnosis, ref.code_note
-- for: checks
with held as (
  select
    code.code,
    max(case when code.is_billable then 1 else 0 end) as is_billable,
    min(case when code.is_billable then code.effective_from end) as first_day,
    max(case when code.is_billable then coalesce(code.effective_to, date '9999-12-31') end) as last_day
  from ref.code as code
  where code.code_system = 'ICD-10-CM'
  group by code.code
),

named as (
  select held.code
  from held
  union
  select diagnosis.code
  from core.diagnosis as diagnosis
  where diagnosis.code_system = 'ICD-10-CM'
  union
  select code_note.note_text as code
  from ref.code_note as code_note
  where code_note.code_system = 'ICD-10-CM' and code_note.note_kind = 'replaced by' and code_note.note_text is not null
)

select
  cast(named.code as varchar) as code,
  cast(
    concat(
      substring(named.code, 1, 3),
      case when length(named.code) > 3 then '.' else '' end,
      substring(named.code, 4)
    ) as varchar
  ) as shown_code,
  held.code is not null as is_known,
  coalesce(held.is_billable, 1) = 0 as is_header,
  cast(held.first_day as date) as first_day,
  cast(held.last_day as date) as last_day
from named
left join held
  on held.code = named.code
