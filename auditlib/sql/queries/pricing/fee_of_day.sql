-- The rows of the physician fee schedule in force for wanted codes and days, with those of the base codes of endoscopies. Of
-- releases that hold on one day the latest counts; since 2026 a quarter has one for qualifying participants (QPP) and one
-- for all others.
with wanted as (
  select distinct
    wanted_fee.code,
    wanted_fee.service_date,
    wanted_fee.is_qualifying
  from wanted_fee
),

in_force as (
  select
    wanted_day.service_date,
    wanted_day.is_qualifying,
    release.release,
    row_number() over (
      partition by wanted_day.service_date, wanted_day.is_qualifying
      order by
        release.effective_from desc,
        case
          when release.code_system = 'physician fee schedule QPP' then case when wanted_day.is_qualifying then 0 else 2 end
          else 1
        end,
        release.release
    ) as preference
  from (
    select distinct
      wanted.service_date,
      wanted.is_qualifying
    from wanted
  ) as wanted_day
  inner join ref.release as release
    on release.code_system like 'physician fee schedule%'
    and release.effective_from <= wanted_day.service_date
    and coalesce(release.effective_to, date '9999-12-31') >= wanted_day.service_date
),

own_row as (
  select
    wanted.service_date,
    wanted.is_qualifying,
    in_force.release,
    fee_schedule.endoscopic_base_code,
    fee_schedule.code
  from wanted
  inner join in_force
    on in_force.service_date = wanted.service_date
    and in_force.is_qualifying = wanted.is_qualifying
    and in_force.preference = 1
  inner join ref.fee_schedule as fee_schedule
    on fee_schedule.code = wanted.code and fee_schedule.release = in_force.release
),

all_wanted as (
  select
    own_row.service_date,
    own_row.is_qualifying,
    own_row.release,
    own_row.code
  from own_row
  union
  select
    own_row.service_date,
    own_row.is_qualifying,
    own_row.release,
    own_row.endoscopic_base_code as code
  from own_row
  where own_row.endoscopic_base_code is not null
)

select
  fee_schedule.code,
  all_wanted.service_date,
  all_wanted.is_qualifying,
  fee_schedule.modifier,
  fee_schedule.status_code,
  fee_schedule.global_days,
  fee_schedule.multiple_procedure_indicator,
  fee_schedule.bilateral_indicator,
  fee_schedule.assistant_indicator,
  fee_schedule.co_surgeon_indicator,
  fee_schedule.professional_technical_indicator,
  fee_schedule.preoperative_share,
  fee_schedule.intraoperative_share,
  fee_schedule.postoperative_share,
  fee_schedule.endoscopic_base_code,
  fee_schedule.release,
  fee_schedule.work_rvu,
  fee_schedule.nonfacility_practice_rvu,
  fee_schedule.facility_practice_rvu,
  fee_schedule.malpractice_rvu,
  fee_schedule.conversion_factor,
  fee_schedule.nonfacility_capped_practice_rvu,
  fee_schedule.facility_capped_practice_rvu,
  fee_schedule.capped_malpractice_rvu
from all_wanted
inner join ref.fee_schedule as fee_schedule
  on fee_schedule.code = all_wanted.code and fee_schedule.release = all_wanted.release
order by
  fee_schedule.code,
  all_wanted.service_date,
  all_wanted.is_qualifying,
  fee_schedule.modifier
