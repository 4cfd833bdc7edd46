-- title: The most units of each billed procedure that are likely on a day
-- row: one day of service, one setting, one procedure billed on it for which a limit is published
-- key: service_date, edit_setting, code
-- rule: the limit of the quarter that includes the day
-- source: CMS NCCI medically unlikely edits (MUE), quarterly
-- for: checks
with
billed as (
  select distinct
    procedure_line.from_date as service_date,
    procedure_line.edit_setting,
    procedure_line.code
  from core.procedure_line as procedure_line
  where procedure_line.from_date is not null and procedure_line.edit_setting is not null
)

select
  billed.service_date,
  billed.edit_setting,
  billed.code,
  mue.most_unit_count,
  mue.adjudication_indicator,
  mue.release
from billed
inner join core.edit_release_day as edit_release_day
  on edit_release_day.service_date = billed.service_date
  and edit_release_day.edit_setting = billed.edit_setting
  and edit_release_day.edit_kind = 'units'
inner join ref.mue as mue
  on mue.code = billed.code
  and mue.setting = case when billed.edit_setting = 'hospital' then 'outpatient hospital' else billed.edit_setting end
inner join ref.release as release
  on release.release = mue.release
  and release.code_system = concat('MUE ', mue.setting)
  and release.effective_from = edit_release_day.quarter_from
order by billed.service_date, billed.edit_setting, billed.code
