-- The outpatient rates (Addendum B) in force for wanted codes and days; the latest release counts.
with wanted as (
  select distinct
    wanted_rate.code,
    wanted_rate.service_date
  from wanted_rate
),

in_force as (
  select
    wanted.code,
    wanted.service_date,
    outpatient_rate.status_indicator,
    outpatient_rate.payment_amount,
    outpatient_rate.national_copayment_amount,
    outpatient_rate.minimum_copayment_amount,
    outpatient_rate.release,
    row_number() over (
      partition by wanted.code, wanted.service_date
      order by outpatient_rate.effective_from desc, outpatient_rate.release
    ) as preference
  from wanted
  inner join ref.outpatient_rate as outpatient_rate
    on outpatient_rate.code = wanted.code
    and outpatient_rate.effective_from <= wanted.service_date
    and coalesce(outpatient_rate.effective_to, date '9999-12-31') >= wanted.service_date
)

select
  in_force.code,
  in_force.service_date,
  in_force.status_indicator,
  in_force.payment_amount,
  coalesce(in_force.national_copayment_amount, in_force.minimum_copayment_amount) as copayment_amount,
  in_force.release
from in_force
where in_force.preference = 1
order by in_force.code, in_force.service_date
