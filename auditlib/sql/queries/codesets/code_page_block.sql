-- The chapter and the section of a code, of the latest release that has them for a day; the chapter first.
with speaking as (
  select
    block,
    block_kind,
    title,
    code_from,
    code_to,
    dense_rank() over (order by effective_from desc, release desc) as rank
  from ref.code_block
  where code_system = $code_system
    and effective_from <= cast($day as date)
    and coalesce(effective_to, date '9999-12-31') >= cast($day as date)
)

select
  block,
  title,
  code_from,
  code_to
from speaking
where rank = 1
  and substr($code, 1, 3) between substr(code_from, 1, 3) and substr(code_to, 1, 3)
order by
  case when block_kind = 'chapter' then 0 else 1 end,
  -- A section may hold another one.
  code_from,
  code_to desc
