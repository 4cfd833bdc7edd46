-- Which codes the conversion table names for a code that ended when they began, where no other release says so.
with
billable as (
  select
    code.code,
    code.effective_from,
    coalesce(code.effective_to, date '9999-12-31') as effective_to
  from ref.code as code
  where code.code_system = 'ICD-10-CM' and code.is_billable
),

ended as (
  select
    code_conversion.previous_code,
    code_conversion.code,
    min(code_conversion.effective_from) as effective_from,
    max(code_conversion.release) as release
  from ref.code_conversion as code_conversion
  inner join billable as before
    on before.code = code_conversion.previous_code and before.effective_from < code_conversion.effective_from
  inner join ref.release as release
    on release.code_system = 'ICD-10-CM'
    and release.effective_from <= code_conversion.effective_from
    and coalesce(release.effective_to, date '9999-12-31') >= code_conversion.effective_from
  left join billable as after
    on after.code = code_conversion.previous_code
    and after.effective_from <= code_conversion.effective_from
    and after.effective_to >= code_conversion.effective_from
  left join ref.code_note as code_note
    on code_note.code_system = 'ICD-10-CM'
    and code_note.note_kind = 'replaced by'
    and code_note.code = code_conversion.previous_code
    and code_note.note_text = code_conversion.code
  where after.code is null and code_note.code is null and code_conversion.previous_code_to is null
  group by code_conversion.previous_code, code_conversion.code
)

select
  'ICD-10-CM' as code_system,
  ended.previous_code as code,
  'replaced by' as note_kind,
  cast(row_number() over (partition by ended.previous_code order by ended.code) as bigint) as note_number,
  ended.code as note_text,
  ended.effective_from,
  cast(null as date) as effective_to,
  ended.release
from ended
order by ended.previous_code, ended.code
