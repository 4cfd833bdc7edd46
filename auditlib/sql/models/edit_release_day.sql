-- title: The NCCI files in force on each day with a procedure
-- row: one day of service, one setting, one kind of edit for which a loaded file counts
-- key: service_date, edit_setting, edit_kind
-- rule: the quarter that includes the day. Files of pairs and of add-on codes list edits of earlier years with their
--   days, so that the next quarter loaded counts for a day whose own is missing; files of units do not
-- source: CMS NCCI files, quarterly: PTP edits, MUE, add-on codes
-- needs: core.procedure_line
-- for: checks
with
procedure_day as (
  select distinct
    procedure_line.from_date as service_date,
    procedure_line.edit_setting
  from core.procedure_line as procedure_line
  where procedure_line.from_date is not null and procedure_line.edit_setting is not null
),

edit_file as (
  select
    case
      when release.code_system like 'NCCI PTP %' then 'pair'
      when release.code_system like 'MUE %' then 'units'
      else 'add-on'
    end as edit_kind,
    case
      when release.code_system in ('NCCI PTP practitioner', 'MUE practitioner') then 'practitioner'
      when release.code_system in ('NCCI PTP hospital', 'MUE outpatient hospital') then 'hospital'
    end as edit_setting,
    release.effective_from,
    coalesce(release.effective_to, date '9999-12-31') as effective_to
  from ref.release as release
  where
    release.code_system in (
      'NCCI PTP practitioner', 'NCCI PTP hospital', 'MUE practitioner', 'MUE outpatient hospital', 'add-on codes'
    )
)

select
  procedure_day.service_date,
  procedure_day.edit_setting,
  cast(edit_file.edit_kind as varchar) as edit_kind,
  min(edit_file.effective_from) as quarter_from
from procedure_day
inner join edit_file
  on coalesce(edit_file.edit_setting, procedure_day.edit_setting) = procedure_day.edit_setting
  and edit_file.effective_to >= procedure_day.service_date
  and (edit_file.edit_kind <> 'units' or edit_file.effective_from <= procedure_day.service_date)
group by
  procedure_day.service_date,
  procedure_day.edit_setting,
  edit_file.edit_kind
order by procedure_day.service_date, procedure_day.edit_setting, edit_kind
