-- title: Diagnoses of paired parts of the body, with their side
-- row: one ICD-10-CM code whose title says right or left, or leaves open what others of the same words say
-- key: code
-- rule: codes of one category whose titles differ in nothing but the side belong together; a bilateral code belongs to
--   those of its words, and to a right or left one with which it shares its parent
-- source: ICD-10-CM Official Guidelines, section I.B.13; the titles of the order file
-- needs: ref.code
-- for: checks
with
titled as (
  select
    code.code,
    max(code.parent_code) as parent_code,
    concat(' ', replace(lower(max(code.long_description)), ',', ''), ' ') as title
  from ref.code as code
  where code.code_system = 'ICD-10-CM' and code.is_billable
  group by code.code
),

worded as (
  select
    titled.code,
    titled.parent_code,
    substring(titled.code, 1, 3) as category,
    case
      when titled.title like '% bilateral %' then 'bilateral'
      when titled.title like '% right %' and titled.title not like '% left %' then 'right'
      when titled.title like '% left %' and titled.title not like '% right %' then 'left'
      when titled.title like '% unspecified %' then 'open'
    end as side,
    replace(
      replace(
        replace(
          replace(replace(replace(titled.title, ' bilateral ', ' '), ' unilateral ', ' '), ' right ', ' '), ' left ', ' '
        ),
        ' unspecified ', ' '
      ),
      ' of ', ' '
    ) as words
  from titled
),

paired as (
  select distinct
    worded.category,
    worded.words
  from worded
  where worded.side = 'right'
),

by_words as (
  select
    worded.category,
    worded.words,
    min(worded.code) as bilateral_code
  from worded
  where worded.side = 'bilateral'
  group by
    worded.category,
    worded.words
),

by_parent as (
  select
    worded.parent_code,
    min(worded.code) as bilateral_code
  from worded
  where worded.side = 'bilateral' and worded.parent_code is not null
  group by worded.parent_code
)

select
  cast(worded.code as varchar) as code,
  cast(worded.side as varchar) as side,
  cast(concat(worded.category, worded.words) as varchar) as pair_key,
  cast(
    case when worded.side in ('right', 'left') then coalesce(by_words.bilateral_code, by_parent.bilateral_code) end as varchar
  ) as bilateral_code
from worded
inner join paired
  on paired.category = worded.category and paired.words = worded.words
left join by_words
  on by_words.category = worded.category and by_words.words = worded.words
left join by_parent
  on by_parent.parent_code = worded.parent_code
where worded.side is not null
union all
select
  cast(worded.code as varchar) as code,
  cast('bilateral' as varchar) as side,
  cast(concat(worded.category, worded.words) as varchar) as pair_key,
  cast(null as varchar) as bilateral_code
from worded
left join paired
  on paired.category = worded.category and paired.words = worded.words
where worded.side = 'bilateral' and paired.words is null
