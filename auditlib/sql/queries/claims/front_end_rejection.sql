-- title: Rejections before adjudication, most claims first
-- row: one reason, level and sender of a rejection
select
  cast(front_end_rejection.transaction_kind as varchar) as transaction_kind,
  cast(front_end_rejection.rejection_level as varchar) as rejection_level,
  cast(front_end_rejection.rejection_code as varchar) as rejection_code,
  cast(front_end_rejection.entity_code as varchar) as entity_code,
  cast(front_end_rejection.rejected_by as varchar) as rejected_by,
  cast(count(distinct front_end_rejection.claim_id) as bigint) as claim_count,
  cast(count(*) - count(front_end_rejection.claim_id) as bigint) as unknown_claim_count,
  cast(coalesce(sum(claim.charge_amount), 0) as decimal(18, 2)) as charge_amount,
  cast(min(front_end_rejection.rejection_date) as date) as first_date,
  cast(max(front_end_rejection.rejection_date) as date) as last_date
from core.front_end_rejection as front_end_rejection
left join core.claim as claim
  on claim.claim_id = front_end_rejection.claim_id
group by
  front_end_rejection.transaction_kind,
  front_end_rejection.rejection_level,
  front_end_rejection.rejection_code,
  front_end_rejection.entity_code,
  front_end_rejection.rejected_by
order by claim_count desc, charge_amount desc, transaction_kind, rejection_level, rejection_code
