-- Where wanted providers are paid on a day, and at which rates: the user's row of the rendering provider, else of the billing
-- provider, else the one for all others; with the indices of its payment locality in force.
with held as (
  select
    wanted_place.rendering_provider_id,
    wanted_place.billing_provider_id,
    wanted_place.service_date,
    provider_rate.contractor,
    provider_rate.locality,
    provider_rate.base_rate_amount,
    provider_rate.wage_index,
    coalesce(provider_rate.is_qualifying_participant, false) as is_qualifying,
    provider_rate.release,
    row_number() over (
      partition by
        wanted_place.rendering_provider_id,
        wanted_place.billing_provider_id,
        wanted_place.service_date
      order by
        case
          when provider_rate.provider = wanted_place.rendering_provider_id then 0
          when provider_rate.provider = wanted_place.billing_provider_id then 1
          else 2
        end,
        provider_rate.effective_from desc,
        provider_rate.release
    ) as preference
  from wanted_place
  inner join ref.provider_rate as provider_rate
    on provider_rate.provider in (
      coalesce(wanted_place.rendering_provider_id, ''), coalesce(wanted_place.billing_provider_id, ''), ''
    )
    and provider_rate.effective_from <= wanted_place.service_date
    and coalesce(provider_rate.effective_to, date '9999-12-31') >= wanted_place.service_date
),

place as (
  select
    held.*,
    fee_locality.locality_name,
    fee_locality.work_index,
    fee_locality.practice_index,
    fee_locality.malpractice_index,
    row_number() over (
      partition by
        held.rendering_provider_id,
        held.billing_provider_id,
        held.service_date
      order by fee_locality.effective_from desc, fee_locality.release
    ) as locality_preference
  from held
  left join ref.fee_locality as fee_locality
    on fee_locality.contractor = held.contractor
    and fee_locality.locality = held.locality
    and fee_locality.effective_from <= held.service_date
    and coalesce(fee_locality.effective_to, date '9999-12-31') >= held.service_date
  where held.preference = 1
)

select
  place.rendering_provider_id,
  place.billing_provider_id,
  place.service_date,
  concat(place.contractor, '-', place.locality, coalesce(concat(' ', place.locality_name), '')) as locality,
  place.base_rate_amount,
  place.wage_index,
  place.is_qualifying,
  place.release as rate_release,
  place.work_index,
  place.practice_index,
  place.malpractice_index
from place
where place.locality_preference = 1
order by place.rendering_provider_id, place.billing_provider_id, place.service_date
