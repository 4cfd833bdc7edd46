-- title: Procedures of one provider's day that an NCCI edit does not pay beside each other
-- row: one procedure of a provider's day that is not paid beside another one of that day
-- key: first_claim_of_provider, service_date, column_2_code, column_1_code
-- rule: pairs of the quarter that counts for the day, in force on it, with indicator 0 or 1; 9 is a pair that was taken
--   back. A modifier on the paid code counts where it is anatomic, global, 27 or 91; 59 and X{EPSU} there count from
--   2019-07-01
-- source: CMS NCCI PTP edits, and the NCCI Policy Manual, chapter 1, section E; CMS change request 11168 (59 on either code)
-- needs: core.edit_release_day
-- for: checks
with
-- Codes and the quarterly tables have numbers here, so that a pair of codes is one number and is looked up in one step.
billed_code as (
  select
    billed.code,
    row_number() over (order by billed.code) as code_number
  from (
    select distinct procedure_line.code
    from core.procedure_line as procedure_line
  ) as billed
),

quarter as (
  select
    used.edit_setting,
    used.quarter_from,
    row_number() over (order by used.edit_setting, used.quarter_from) as quarter_number
  from (
    select distinct
      edit_release_day.edit_setting,
      edit_release_day.quarter_from
    from core.edit_release_day as edit_release_day
    where edit_release_day.edit_kind = 'pair'
  ) as used
),

judged_day as (
  select
    edit_release_day.service_date,
    edit_release_day.edit_setting,
    quarter.quarter_number
  from core.edit_release_day as edit_release_day
  inner join quarter
    on quarter.edit_setting = edit_release_day.edit_setting and quarter.quarter_from = edit_release_day.quarter_from
  where edit_release_day.edit_kind = 'pair'
),

day_code as (
  select
    procedure_line.first_claim_of_provider,
    judged_day.quarter_number,
    procedure_line.from_date,
    billed_code.code_number,
    max(case when procedure_line.has_unbundling_modifier then 1 else 0 end) as has_unbundling_modifier,
    max(case when procedure_line.is_stated_distinct then 1 else 0 end) as is_stated_distinct
  from core.procedure_line as procedure_line
  inner join judged_day
    on judged_day.service_date = procedure_line.from_date and judged_day.edit_setting = procedure_line.edit_setting
  inner join billed_code
    on billed_code.code = procedure_line.code
  where procedure_line.first_claim_of_provider is not null
  group by
    procedure_line.first_claim_of_provider,
    judged_day.quarter_number,
    procedure_line.from_date,
    billed_code.code_number
),

-- Millions of edits name codes that were never billed here.
edit as (
  select
    (quarter.quarter_number * 262144 + paid.code_number) * 262144 + unpaid.code_number as pair_number,
    paid.code as column_1_code,
    unpaid.code as column_2_code,
    ptp_edit.modifier_indicator,
    ptp_edit.effective_from,
    coalesce(ptp_edit.effective_to, date '9999-12-31') as effective_to,
    ptp_edit.release
  from ref.ptp_edit as ptp_edit
  inner join ref.release as release
    on release.release = ptp_edit.release
    and release.code_system = concat('NCCI PTP ', ptp_edit.setting)
  inner join quarter
    on quarter.edit_setting = ptp_edit.setting and quarter.quarter_from = release.effective_from
  inner join billed_code as paid
    on paid.code = ptp_edit.column_1_code
  inner join billed_code as unpaid
    on unpaid.code = ptp_edit.column_2_code
  where ptp_edit.modifier_indicator in ('0', '1')
)

select
  unpaid.first_claim_of_provider,
  unpaid.from_date as service_date,
  edit.column_2_code,
  edit.column_1_code,
  edit.modifier_indicator,
  paid.has_unbundling_modifier = 1
  or (paid.is_stated_distinct = 1 and paid.from_date >= date '2019-07-01') as is_paid_code_unbundled,
  edit.release
from day_code as paid
inner join day_code as unpaid
  on unpaid.first_claim_of_provider = paid.first_claim_of_provider
  and unpaid.from_date = paid.from_date
  and unpaid.quarter_number = paid.quarter_number
  and unpaid.code_number <> paid.code_number
inner join edit
  on edit.pair_number = (paid.quarter_number * 262144 + paid.code_number) * 262144 + unpaid.code_number
  and edit.effective_from <= paid.from_date
  and edit.effective_to >= paid.from_date
order by unpaid.first_claim_of_provider, service_date, column_2_code, column_1_code
