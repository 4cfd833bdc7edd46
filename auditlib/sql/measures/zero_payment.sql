-- title: Answers of primary payers of some days, and those that pay nothing
-- row: the one count
-- rule: answers that only refuse a duplicate are left out, reversals too
select
  cast(count(*) as bigint) as answer_count,
  cast(coalesce(sum(case when payer_response.paid_amount = 0 then 1 else 0 end), 0) as bigint) as zero_count
from mart.payer_response as payer_response
inner join mart.claim_decision as claim_decision
  on claim_decision.remit_claim_id = payer_response.remit_claim_id and not claim_decision.is_duplicate_denial
where payer_response.payment_date > $first_date and payer_response.payment_date <= $last_date
