-- title: Procedures of one provider's day that an NCCI edit does not pay beside each other
-- row: one procedure of a provider's day that is not paid beside another one of that day
-- key: first_claim_of_provider, service_date, column_2_code, column_1_code
-- rule: pairs of the quarter that counts for the day, in force on it, with indicator 0 or 1; 9 is a pair that was taken
--   back. A modifier on the paid code counts where it is anatomic, global, 27 or 91; 59 and X{EPSU} there count from
--   2019-07-01
-- source: CMS NCCI PTP edits, and the NCCI Policy Manual, chapter 1, section E; CMS change request 11168 (59 on either code)
with
day_code as (
  select
    procedure_line.first_claim_of_provider,
    procedure_line.edit_setting,
    procedure_line.from_date,
    procedure_line.code,
    max(case when procedure_line.has_unbundling_modifier then 1 else 0 end) as has_unbundling_modifier,
    max(case when procedure_line.is_stated_distinct then 1 else 0 end) as is_stated_distinct
  from core.procedure_line as procedure_line
  where procedure_line.first_claim_of_provider is not null
    and procedure_line.from_date is not null
    and procedure_line.edit_setting is not null
  group by
    procedure_line.first_claim_of_provider,
    procedure_line.edit_setting,
    procedure_line.from_date,
    procedure_line.code
),

billed_code as (
  select distinct day_code.code
  from day_code
),

-- Millions of edits name codes that were never billed here.
edit as (
  select
    ptp_edit.setting,
    ptp_edit.column_1_code,
    ptp_edit.column_2_code,
    ptp_edit.modifier_indicator,
    ptp_edit.effective_from,
    coalesce(ptp_edit.effective_to, date '9999-12-31') as effective_to,
    release.effective_from as quarter_from,
    ptp_edit.release
  from ref.ptp_edit as ptp_edit
  inner join ref.release as release
    on release.release = ptp_edit.release
    and release.code_system = concat('NCCI PTP ', ptp_edit.setting)
  inner join billed_code as paid
    on paid.code = ptp_edit.column_1_code
  inner join billed_code as unpaid
    on unpaid.code = ptp_edit.column_2_code
  where ptp_edit.modifier_indicator in ('0', '1')
)

select
  unpaid.first_claim_of_provider,
  unpaid.from_date as service_date,
  unpaid.code as column_2_code,
  paid.code as column_1_code,
  edit.modifier_indicator,
  paid.has_unbundling_modifier = 1
  or (paid.is_stated_distinct = 1 and paid.from_date >= date '2019-07-01') as is_paid_code_unbundled,
  edit.release
from day_code as paid
inner join day_code as unpaid
  on unpaid.first_claim_of_provider = paid.first_claim_of_provider
  and unpaid.from_date = paid.from_date
  and unpaid.edit_setting = paid.edit_setting
  and unpaid.code <> paid.code
inner join edit
  on edit.column_1_code = paid.code
  and edit.column_2_code = unpaid.code
  and edit.setting = paid.edit_setting
  and edit.effective_from <= paid.from_date
  and edit.effective_to >= paid.from_date
inner join core.edit_release_day as edit_release_day
  on edit_release_day.service_date = paid.from_date
  and edit_release_day.edit_setting = paid.edit_setting
  and edit_release_day.edit_kind = 'pair'
  and edit_release_day.quarter_from = edit.quarter_from
order by unpaid.first_claim_of_provider, service_date, column_2_code, column_1_code
