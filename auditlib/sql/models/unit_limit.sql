-- title: The most units of each billed procedure that are likely, by quarter
-- row: one procedure that was billed, one setting, one quarter whose limits count for a billed day
-- key: limit_number
-- rule: the limits of the quarters that include a day with procedures; each has a number, by which lines are joined to it
-- source: CMS NCCI medically unlikely edits (MUE), quarterly
-- needs: core.edit_release_day
-- for: checks
with
billed as (
  select distinct procedure_line.code
  from core.procedure_line as procedure_line
),

quarter as (
  select distinct
    edit_release_day.edit_setting,
    edit_release_day.quarter_from
  from core.edit_release_day as edit_release_day
  where edit_release_day.edit_kind = 'units'
)

select
  row_number() over (order by quarter.edit_setting, quarter.quarter_from, mue.code) as limit_number,
  quarter.edit_setting,
  quarter.quarter_from,
  mue.code,
  mue.most_unit_count,
  mue.adjudication_indicator,
  mue.release
from ref.mue as mue
inner join billed
  on billed.code = mue.code
inner join quarter
  on mue.setting = case when quarter.edit_setting = 'hospital' then 'outpatient hospital' else quarter.edit_setting end
inner join ref.release as release
  on release.release = mue.release
  and release.code_system = concat('MUE ', mue.setting)
  and release.effective_from = quarter.quarter_from
order by limit_number
