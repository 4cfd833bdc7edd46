-- title: Service lines with an add-on code, and what was done beside it
-- row: one service line whose code is an add-on code on its day
-- key: claim_id, line_number
-- rule: beside it is what the same group billed for the patient on the day. A primary procedure is one that an edit in
--   force lists for the add-on code; another procedure is any that is no add-on code itself. Where edits of several
--   types name an add-on code, the type that asks least counts: 2, then 3, then 1
-- source: CMS NCCI add-on code edits; Medicare Claims Processing Manual (100-04), chapter 12, section 30.D
-- needs: core.edit_release_day
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

-- 2 asks least: the contractor names the primaries.
edit_of_code as (
  select
    edit.add_on_code,
    edit.quarter_from,
    edit.effective_from,
    edit.effective_to,
    min(case edit.edit_type when '2' then 0 when '3' then 1 else 2 end) as leniency,
    max(edit.release) as release
  from edit
  group by
    edit.add_on_code,
    edit.quarter_from,
    edit.effective_from,
    edit.effective_to
),

add_on as (
  select
    procedure_line.claim_id,
    procedure_line.line_number,
    procedure_line.first_claim_of_group,
    procedure_line.from_date,
    procedure_line.code,
    edit_of_code.quarter_from,
    min(edit_of_code.leniency) as leniency,
    max(edit_of_code.release) as release
  from core.procedure_line as procedure_line
  inner join core.edit_release_day as edit_release_day
    on edit_release_day.service_date = procedure_line.from_date
    and edit_release_day.edit_setting = procedure_line.edit_setting
    and edit_release_day.edit_kind = 'add-on'
  inner join edit_of_code
    on edit_of_code.add_on_code = procedure_line.code
    and edit_of_code.quarter_from = edit_release_day.quarter_from
    and edit_of_code.effective_from <= procedure_line.from_date
    and edit_of_code.effective_to >= procedure_line.from_date
  group by
    procedure_line.claim_id,
    procedure_line.line_number,
    procedure_line.first_claim_of_group,
    procedure_line.from_date,
    procedure_line.code,
    edit_of_code.quarter_from
),

with_primary as (
  select distinct
    add_on.claim_id,
    add_on.line_number
  from add_on
  inner join core.procedure_line as procedure_line
    on procedure_line.first_claim_of_group = add_on.first_claim_of_group
    and procedure_line.from_date = add_on.from_date
  inner join edit
    on edit.add_on_code = add_on.code
    and edit.primary_code = procedure_line.code
    and edit.quarter_from = add_on.quarter_from
    and edit.effective_from <= add_on.from_date
    and edit.effective_to >= add_on.from_date
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
  inner join (select distinct add_on.first_claim_of_group, add_on.from_date from add_on) as day
    on day.first_claim_of_group = procedure_line.first_claim_of_group and day.from_date = procedure_line.from_date
  inner join core.edit_release_day as edit_release_day
    on edit_release_day.service_date = procedure_line.from_date
    and edit_release_day.edit_setting = procedure_line.edit_setting
    and edit_release_day.edit_kind = 'add-on'
  left join add_on_name
    on add_on_name.add_on_code = procedure_line.code and add_on_name.quarter_from = edit_release_day.quarter_from
  where add_on_name.add_on_code is null
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
