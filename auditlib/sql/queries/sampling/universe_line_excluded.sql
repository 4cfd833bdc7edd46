-- Lines of claims that are no sampling units, counted under the first reason that applies.
with classed as (
  select
    case
      when coalesce(claim.payer_sequence, 'P') <> 'P' then 'claim to a secondary or tertiary payer'
      when coalesce(claim.frequency_code, '1') in ('7', '8') then 'replacement or void of another claim'
    end as reason
  from core.claim_line as claim_line
  inner join core.claim as claim
    on claim.claim_id = claim_line.claim_id
)
select
  cast(classed.reason as varchar) as reason,
  cast(count(*) as bigint) as unit_count
from classed
where classed.reason is not null
group by classed.reason
order by classed.reason
