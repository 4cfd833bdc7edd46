-- title: What each adjustment reason is on each day of payment
-- row: one reason on one day on which the primary payer answered
-- key: reason_code, payment_day
-- rule: by the project's list of denial reasons, the latest entry in force on that day; an answer without a date is
--   judged by the entries that have no end
with answer_day as (
  select distinct coalesce(payer_response.payment_date, date '9999-12-31') as payment_day
  from mart.payer_response as payer_response
  where payer_response.answer_number is not null
),

ranked as (
  select
    denial_reason.reason_code,
    answer_day.payment_day,
    denial_reason.is_denial,
    row_number() over (
      partition by denial_reason.reason_code, answer_day.payment_day
      order by denial_reason.effective_from desc
    ) as preference
  from answer_day
  inner join ref.denial_reason as denial_reason
    on denial_reason.effective_from <= answer_day.payment_day
    and coalesce(denial_reason.effective_to, date '9999-12-31') >= answer_day.payment_day
)

select
  cast(ranked.reason_code as varchar) as reason_code,
  cast(ranked.payment_day as date) as payment_day,
  ranked.is_denial
from ranked
where ranked.preference = 1
