-- title: The codes that a "code first" or "use additional" note names
-- row: one code or range of codes that one note names
-- key: release, note_kind, note_code, note_number, named_from, named_to
-- rule: what stands between brackets or commas and is a code, a code with a dash, or two codes with a dash or "to". A
--   note with a condition on a character is left out whole
-- source: NCHS and CMS, ICD-10-CM tabular list
-- needs: ref.code_note
-- for: checks
with
place as (
  select 1 as place_number union all select 2 union all select 3 union all select 4 union all select 5 union all select 6
  union all select 7 union all select 8 union all select 9 union all select 10 union all select 11 union all select 12
  union all select 13 union all select 14 union all select 15 union all select 16
),

piece as (
  select
    code_note.release,
    code_note.note_kind,
    code_note.code as note_code,
    code_note.note_number,
    trim(split_part(translate(code_note.note_text, '()[],;', '||||||'), '|', place.place_number)) as text
  from ref.code_note as code_note
  cross join place
  where
    code_note.code_system = 'ICD-10-CM'
    and code_note.note_kind in ('code first', 'use additional')
    and code_note.note_text not like '%character%'
)

select distinct
  cast(piece.release as varchar) as release,
  cast(piece.note_kind as varchar) as note_kind,
  cast(piece.note_code as varchar) as note_code,
  cast(piece.note_number as bigint) as note_number,
  cast(replace(regexp_extract(piece.text, '^([A-Z][0-9][0-9A-Z]([.][0-9A-Z]*)?)', 1), '.', '') as varchar) as named_from,
  cast(replace(regexp_extract(piece.text, '([A-Z][0-9][0-9A-Z]([.][0-9A-Z]*)?)-?$', 1), '.', '') as varchar) as named_to
from piece
where
  regexp_matches(
    piece.text,
    '^[A-Z][0-9][0-9A-Z]([.][0-9A-Z]*)?-?( ?(-|to) ?[A-Z][0-9][0-9A-Z]([.][0-9A-Z]*)?-?)?$'
  )
