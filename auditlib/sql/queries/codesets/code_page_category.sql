-- The categories of a code in each classification, in the latest release for a day; the one for inpatients first.
with speaking as (
  select
    scheme,
    code,
    category,
    category_title,
    is_inpatient_default,
    dense_rank() over (partition by scheme order by effective_from desc, release desc) as rank
  from ref.code_category
  where code_system = $code_system
    -- Complications and risk categories are facts of a page, not classifications: code_page_class has them.
    and scheme = 'CCSR'
    and effective_from <= cast($day as date)
    and coalesce(effective_to, date '9999-12-31') >= cast($day as date)
)

select
  scheme,
  category,
  category_title
from speaking
where rank = 1 and code = $code
order by scheme, is_inpatient_default desc, category
