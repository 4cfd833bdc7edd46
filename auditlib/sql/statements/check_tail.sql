-- Ends every check: its counts on every row, with one violation a row, or nulls where there is none.
, outcome as (
  select
    cast(coalesce(sum(case when eligible.is_checked then eligible.counted_as else 0 end), 0) as bigint) as eligible_count,
    cast(coalesce(sum(case when eligible.is_checked then 0 else eligible.counted_as end), 0) as bigint) as not_checked_count
  from eligible
)

select
  outcome.eligible_count,
  outcome.not_checked_count,
  cast(violating.claim_id as bigint) as claim_id,
  cast(violating.encounter_id as varchar) as encounter_id,
  cast(violating.item_number as bigint) as item_number,
  cast(violating.code_system as varchar) as code_system,
  cast(violating.code as varchar) as code,
  cast(violating.related_code as varchar) as related_code,
  cast(violating.service_date as date) as service_date,
  cast(violating.detail as varchar) as detail,
  cast(violating.release as varchar) as release,
  cast(violating.at_stake_amount as decimal(18, 2)) as at_stake_amount
from outcome
left join violating
  on true
