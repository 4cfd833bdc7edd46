-- The codes that took a code's place ('successor'), and those whose place it took ('predecessor').
with changes as (
  select 'successor' as role, note_text as code
  from ref.code_note
  where code_system = $code_system
    and note_kind = 'replaced by'
    and code = $code
  union
  select 'predecessor' as role, code
  from ref.code_note
  where code_system = $code_system
    and note_kind = 'replaced by'
    and note_text = $code
  union
  select 'successor' as role, code
  from ref.code_conversion
  where code_system = $code_system
    and code <> $code
    and $code between previous_code and coalesce(previous_code_to, previous_code)
  union
  select 'predecessor' as role, previous_code as code
  from ref.code_conversion
  where code_system = $code_system
    and code = $code
    and previous_code <> $code
),

latest as (
  select
    code,
    long_description,
    is_billable,
    row_number() over (partition by code order by effective_from desc, release desc) as rank
  from ref.code
  where code_system = $code_system
)

select
  changes.role,
  changes.code,
  latest.long_description,
  latest.is_billable
from changes
left join latest
  on latest.code = changes.code
  and latest.rank = 1
order by changes.role, changes.code
