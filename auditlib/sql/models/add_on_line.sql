-- title: Service lines with an add-on code, and what was done beside it
-- row: one service line whose code is an add-on code on its day
-- key: claim_id, line_number
-- rule: beside it is what the same group billed for the patient on the day. A primary procedure is one that an edit in
--   force lists for the add-on code; another procedure is any that is no add-on code itself. Where edits of several
--   types name an add-on code, the type that asks least counts: 2, then 3, then 1
-- source: CMS NCCI add-on code edits; Medicare Claims Processing Manual (100-04), chapter 12, section 30.D
-- for: checks
with
edit as (
  select
    add_on_code.add_on_code,
    add_on_code.primary_code,
    add_on_code.edit_type,
    add_on_code.effective_from,
    coalesce(add_on_code.effective_to, date '9999-12-31') as effective_to,
    release.effective_from as quarter_from,
    add_on_code.release
  from ref.add_on_code as add_on_code
  inner join ref.release as release
    on release.release = add_on_code.release and release.code_system = 'add-on codes'
),

line_edit as (
  select
    procedure_line.claim_id,
    procedure_line.line_number,
    procedure_line.first_claim_of_group,
    procedure_line.from_date,
    edit.primary_code,
    edit.edit_type,
    edit.release
  from core.procedure_line as procedure_line
  inner join core.edit_release_day as edit_release_day
    on edit_release_day.service_date = procedure_line.from_date
    and edit_release_day.edit_setting = procedure_line.edit_setting
    and edit_release_day.edit_kind = 'add-on'
  inner join edit
    on edit.add_on_code = procedure_line.code
    and edit.quarter_from = edit_release_day.quarter_from
    and edit.effective_from <= procedure_line.from_date
    and edit.effective_to >= procedure_line.from_date
),

with_primary as (
  select distinct
    line_edit.claim_id,
    line_edit.line_number
  from line_edit
  inner join core.procedure_line as procedure_line
    on procedure_line.first_claim_of_group = line_edit.first_claim_of_group
    and procedure_line.from_date = line_edit.from_date
    and procedure_line.code = line_edit.primary_code
),

add_on_name as (
  select distinct
    edit.add_on_code,
    edit.quarter_from
  from edit
),

other_procedure as (
  select distinct
    procedure_line.first_claim_of_group,
    procedure_line.from_date
  from core.procedure_line as procedure_line
  inner join (select distinct line_edit.first_claim_of_group, line_edit.from_date from line_edit) as day
    on day.first_claim_of_group = procedure_line.first_claim_of_group and day.from_date = procedure_line.from_date
  inner join core.edit_release_day as edit_release_day
    on edit_release_day.service_date = procedure_line.from_date
    and edit_release_day.edit_setting = procedure_line.edit_setting
    and edit_release_day.edit_kind = 'add-on'
  left join add_on_name
    on add_on_name.add_on_code = procedure_line.code and add_on_name.quarter_from = edit_release_day.quarter_from
  where add_on_name.add_on_code is null
),

add_on as (
  select
    line_edit.claim_id,
    line_edit.line_number,
    line_edit.first_claim_of_group,
    line_edit.from_date,
    -- 2 asks least: the contractor names the primaries.
    min(case line_edit.edit_type when '2' then 0 when '3' then 1 else 2 end) as leniency,
    max(line_edit.release) as release
  from line_edit
  group by
    line_edit.claim_id,
    line_edit.line_number,
    line_edit.first_claim_of_group,
    line_edit.from_date
)

select
  add_on.claim_id,
  add_on.line_number,
  cast(case add_on.leniency when 0 then '2' when 1 then '3' else '1' end as varchar) as edit_type,
  with_primary.claim_id is not null as has_listed_primary,
  other_procedure.first_claim_of_group is not null as has_other_procedure,
  add_on.first_claim_of_group is not null as is_day_known,
  add_on.release
from add_on
left join with_primary
  on with_primary.claim_id = add_on.claim_id and with_primary.line_number = add_on.line_number
left join other_procedure
  on other_procedure.first_claim_of_group = add_on.first_claim_of_group and other_procedure.from_date = add_on.from_date
order by add_on.claim_id, add_on.line_number
