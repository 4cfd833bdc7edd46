-- title: Units of each procedure of a provider's day whose limit is by day
-- row: one procedure of a patient and provider on one day; one line where its patient or provider is not known
-- key: claim_id, line_number
-- rule: all lines of the code on the provider's day count together, whatever their claim or modifier; the row stands at
--   the first of them
-- source: CMS NCCI medically unlikely edits, adjudication indicators 2 and 3
-- for: checks
with
limited as (
  select
    procedure_line.claim_id,
    procedure_line.line_number,
    procedure_line.first_claim_of_provider is not null as is_day_known,
    unit_limit.adjudication_indicator,
    unit_limit.most_unit_count,
    unit_limit.release,
    procedure_line.daily_unit_count,
    procedure_line.charge_amount,
    coalesce(procedure_line.first_claim_of_provider, procedure_line.claim_id) as day_claim_id,
    case when procedure_line.first_claim_of_provider is null then procedure_line.line_number else 0 end as lone_line_number,
    procedure_line.from_date,
    procedure_line.code
  from core.procedure_line as procedure_line
  inner join core.unit_limit as unit_limit
    on unit_limit.service_date = procedure_line.from_date
    and unit_limit.edit_setting = procedure_line.edit_setting
    and unit_limit.code = procedure_line.code
    and unit_limit.adjudication_indicator in ('2', '3')
),

counted as (
  select
    limited.claim_id,
    limited.line_number,
    limited.is_day_known,
    limited.adjudication_indicator,
    limited.most_unit_count,
    limited.release,
    sum(limited.daily_unit_count) over same_day as unit_count,
    sum(limited.charge_amount) over same_day as charge_amount,
    row_number() over (
      partition by
        limited.is_day_known,
        limited.day_claim_id,
        limited.lone_line_number,
        limited.from_date,
        limited.code
      order by limited.claim_id, limited.line_number
    ) as place
  from limited
  window same_day as (
    partition by
      limited.is_day_known,
      limited.day_claim_id,
      limited.lone_line_number,
      limited.from_date,
      limited.code
  )
)

select
  counted.claim_id,
  counted.line_number,
  counted.is_day_known,
  counted.adjudication_indicator,
  counted.most_unit_count,
  counted.release,
  cast(counted.unit_count as decimal(18, 4)) as unit_count,
  cast(counted.charge_amount as decimal(18, 2)) as charge_amount
from counted
where counted.place = 1
order by counted.claim_id, counted.line_number
