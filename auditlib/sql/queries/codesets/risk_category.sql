-- The risk categories (CMS-HCC V28) of the loaded maps, each with the title of the latest.
select
  cast(code_category.category as varchar) as category,
  cast(max_by(code_category.category_title, code_category.effective_from) as varchar) as category_title,
  cast(count(distinct code_category.code) as bigint) as code_count
from ref.code_category as code_category
where code_category.scheme = 'CMS-HCC V28'
group by code_category.category
order by length(code_category.category), code_category.category
