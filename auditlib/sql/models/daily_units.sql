-- title: Units of each procedure of a provider's day whose limit is by day
-- row: one procedure of a patient and provider on one day in one setting; one line where its patient or provider is not known
-- key: claim_id, line_number
-- rule: all lines of the code on the provider's day count together, whatever their claim or modifier, those of a
--   practitioner and those of a hospital apart; the row stands at the first of them
-- source: CMS NCCI medically unlikely edits, adjudication indicators 2 and 3
-- for: checks
with
-- Few codes come twice on a provider's day: only their lines are added up.
recurring as (
  select
    procedure_line.first_claim_of_provider,
    procedure_line.from_date,
    procedure_line.edit_setting,
    procedure_line.code
  from core.procedure_line as procedure_line
  where procedure_line.first_claim_of_provider is not null
  group by
    procedure_line.first_claim_of_provider,
    procedure_line.from_date,
    procedure_line.edit_setting,
    procedure_line.code
  having count(*) > 1
),

limited as (
  select
    procedure_line.claim_id,
    procedure_line.line_number,
    procedure_line.first_claim_of_provider,
    procedure_line.from_date,
    procedure_line.edit_setting,
    procedure_line.code,
    unit_limit.adjudication_indicator,
    unit_limit.most_unit_count,
    unit_limit.release,
    procedure_line.daily_unit_count,
    procedure_line.charge_amount,
    recurring.code is not null as is_recurring
  from core.procedure_line as procedure_line
  inner join core.unit_limit as unit_limit
    on unit_limit.service_date = procedure_line.from_date
    and unit_limit.edit_setting = procedure_line.edit_setting
    and unit_limit.code = procedure_line.code
    and unit_limit.adjudication_indicator in ('2', '3')
  left join recurring
    on recurring.first_claim_of_provider = procedure_line.first_claim_of_provider
    and recurring.from_date = procedure_line.from_date
    and recurring.edit_setting = procedure_line.edit_setting
    and recurring.code = procedure_line.code
),

added_up as (
  select
    limited.claim_id,
    limited.line_number,
    limited.adjudication_indicator,
    limited.most_unit_count,
    limited.release,
    sum(limited.daily_unit_count) over same_day as unit_count,
    sum(limited.charge_amount) over same_day as charge_amount,
    row_number() over (
      partition by
        limited.first_claim_of_provider,
        limited.from_date,
        limited.edit_setting,
        limited.code
      order by limited.claim_id, limited.line_number
    ) as place
  from limited
  where limited.is_recurring
  window same_day as (
    partition by
      limited.first_claim_of_provider,
      limited.from_date,
      limited.edit_setting,
      limited.code
  )
)

select
  added_up.claim_id,
  added_up.line_number,
  true as is_day_known,
  added_up.adjudication_indicator,
  added_up.most_unit_count,
  added_up.release,
  cast(added_up.unit_count as decimal(18, 4)) as unit_count,
  cast(added_up.charge_amount as decimal(18, 2)) as charge_amount
from added_up
where added_up.place = 1
union all
select
  limited.claim_id,
  limited.line_number,
  limited.first_claim_of_provider is not null as is_day_known,
  limited.adjudication_indicator,
  limited.most_unit_count,
  limited.release,
  limited.daily_unit_count as unit_count,
  limited.charge_amount
from limited
where not limited.is_recurring
