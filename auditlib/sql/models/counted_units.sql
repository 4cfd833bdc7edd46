-- title: Units of procedures, as their limit counts them
-- row: one line of a practitioner or an outpatient hospital; where the limit is by day, one procedure of a patient and
--   provider on one day in one setting
-- key: claim_id, line_number
-- rule: a limit by day counts all lines of the code on the provider's day together, whatever their claim or modifier, those
--   of a practitioner and those of a hospital apart; the row stands at the first of them. A line without a published
--   limit, or whose patient or provider is not known, stands alone and is not judged
-- source: CMS NCCI medically unlikely edits, adjudication indicators 1, 2 and 3
-- needs: core.procedure_line
-- for: checks
with
limited as (
  select
    procedure_line.claim_id,
    procedure_line.line_number,
    procedure_line.first_claim_of_provider,
    procedure_line.from_date,
    unit_limit.limit_number,
    coalesce(unit_limit.adjudication_indicator, '1') in ('2', '3') as is_by_day,
    procedure_line.daily_unit_count,
    procedure_line.charge_amount
  from core.procedure_line as procedure_line
  left join core.edit_release_day as edit_release_day
    on edit_release_day.service_date = procedure_line.from_date
    and edit_release_day.edit_setting = procedure_line.edit_setting
    and edit_release_day.edit_kind = 'units'
  left join core.unit_limit as unit_limit
    on unit_limit.code = procedure_line.code
    and unit_limit.edit_setting = procedure_line.edit_setting
    and unit_limit.quarter_from = edit_release_day.quarter_from
  where procedure_line.edit_setting is not null
),

day_of_provider_on_claim as (
  select
    limited.first_claim_of_provider,
    limited.from_date,
    limited.limit_number,
    limited.claim_id,
    min(limited.line_number) as first_line_number,
    sum(limited.daily_unit_count) as unit_count,
    sum(limited.charge_amount) as charge_amount
  from limited
  where limited.is_by_day and limited.first_claim_of_provider is not null
  group by
    limited.first_claim_of_provider,
    limited.from_date,
    limited.limit_number,
    limited.claim_id
),

day_of_provider as (
  select
    min(on_claim.claim_id) as claim_id,
    min_by(on_claim.first_line_number, on_claim.claim_id) as line_number,
    on_claim.limit_number,
    sum(on_claim.unit_count) as unit_count,
    sum(on_claim.charge_amount) as charge_amount
  from day_of_provider_on_claim as on_claim
  group by
    on_claim.first_claim_of_provider,
    on_claim.from_date,
    on_claim.limit_number
)

select
  day_of_provider.claim_id,
  day_of_provider.line_number,
  day_of_provider.limit_number,
  true as is_judged,
  cast(day_of_provider.unit_count as decimal(18, 4)) as unit_count,
  cast(day_of_provider.charge_amount as decimal(18, 2)) as charge_amount
from day_of_provider
union all
select
  limited.claim_id,
  limited.line_number,
  limited.limit_number,
  limited.limit_number is not null and not limited.is_by_day as is_judged,
  limited.daily_unit_count as unit_count,
  limited.charge_amount
from limited
where not limited.is_by_day or limited.first_claim_of_provider is null
