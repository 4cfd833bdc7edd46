-- What the primary payers paid in the end for each of some encounters; null where a claim of it is not answered. An
-- encounter without a claim has no row.
select
  claim_outcome.encounter_id,
  count(*) as claim_count,
  cast(
    case
      when sum(case when claim_outcome.response_count > 0 then 0 else 1 end) = 0 then sum(claim_outcome.paid_amount)
    end as decimal(18, 2)
  ) as paid_amount
from mart.claim_outcome as claim_outcome
where list_contains($encounter_ids, claim_outcome.encounter_id)
group by claim_outcome.encounter_id
order by claim_outcome.encounter_id
