-- title: What each answer of the primary payer decided
-- row: one answer of the primary payer to a chain of claims
-- key: remit_claim_id
-- rule: an answer that pays nothing is a denial where all charged lines are denied; or where the denials of the claim
--   level, with what is unmapped, contractual and denied by line, reach the charge; or what is unmapped alone does; or
--   where its status says denied (4) and it has no adjustment. Otherwise the charge of its denied lines and the denials
--   of the claim level are denied, up to the charge. An answer after the first that only refuses a second submission
--   (reason 18) is a duplicate denial, which leaves the state of the claim as it was
with line_sum as (
  select
    line_decision.remit_claim_id,
    sum(case when line_decision.charge_amount > 0 then 1 else 0 end) as charged_line_count,
    sum(case when line_decision.is_denied then 1 else 0 end) as denied_line_count,
    sum(case when line_decision.is_denied then line_decision.charge_amount else 0 end) as denied_line_amount,
    sum(case when line_decision.is_denied then 0 else line_decision.contractual_amount end) as contractual_amount
  from mart.line_decision as line_decision
  group by line_decision.remit_claim_id
),

-- One pass over the adjustments gives what the claim level holds and what the whole answer says.
adjusted as (
  select
    adjustment_class.remit_claim_id,
    count(*) as adjustment_count,
    sum(
      case
        when adjustment_class.line_number is null and adjustment_class.adjustment_class = 'denial'
          then adjustment_class.adjustment_amount
        else 0
      end
    ) as denial_amount,
    sum(
      case
        when adjustment_class.line_number is null and adjustment_class.adjustment_class = 'unmapped'
          then adjustment_class.adjustment_amount
        else 0
      end
    ) as unmapped_amount,
    sum(
      case
        when adjustment_class.line_number is null and adjustment_class.adjustment_class = 'contractual'
          then adjustment_class.adjustment_amount
        else 0
      end
    ) as contractual_amount,
    max(
      case
        when adjustment_class.adjustment_class in ('denial', 'unmapped') and adjustment_class.reason_code = '18' then 1
        else 0
      end
    ) as has_duplicate_denial,
    max(
      case
        when adjustment_class.adjustment_class in ('denial', 'unmapped') and adjustment_class.reason_code <> '18' then 1
        else 0
      end
    ) as has_other_denial
  from mart.adjustment_class as adjustment_class
  group by adjustment_class.remit_claim_id
),

weighed as (
  select
    payer_response.chain_id,
    payer_response.remit_claim_id,
    payer_response.answer_number,
    payer_response.charge_amount,
    coalesce(line_sum.denied_line_amount, 0) as denied_line_amount,
    coalesce(adjusted.denial_amount, 0) as claim_denial_amount,
    coalesce(adjusted.has_duplicate_denial, 0) as has_duplicate_denial,
    coalesce(adjusted.has_other_denial, 0) as has_other_denial,
    case
      when payer_response.charge_amount <= 0 or payer_response.paid_amount > 0 then false
      when line_sum.charged_line_count > 0 and line_sum.denied_line_count = line_sum.charged_line_count then true
      when adjusted.denial_amount > 0
        and adjusted.denial_amount + adjusted.unmapped_amount + adjusted.contractual_amount
        + coalesce(line_sum.denied_line_amount, 0) + coalesce(line_sum.contractual_amount, 0)
        >= payer_response.charge_amount
        then true
      when adjusted.unmapped_amount >= payer_response.charge_amount then true
      when payer_response.claim_status_code = '4' and adjusted.adjustment_count is null then true
      else false
    end as is_denied
  from mart.payer_response as payer_response
  left join line_sum
    on line_sum.remit_claim_id = payer_response.remit_claim_id
  left join adjusted
    on adjusted.remit_claim_id = payer_response.remit_claim_id
  where payer_response.answer_number is not null
)

select
  cast(weighed.chain_id as bigint) as chain_id,
  cast(weighed.remit_claim_id as bigint) as remit_claim_id,
  weighed.is_denied,
  cast(
    case
      when weighed.is_denied then weighed.charge_amount
      else least(
        greatest(weighed.charge_amount, 0), weighed.denied_line_amount + greatest(weighed.claim_denial_amount, 0)
      )
    end as decimal(18, 2)
  ) as denied_amount,
  weighed.answer_number > 1
  and weighed.is_denied
  and weighed.has_duplicate_denial = 1
  and weighed.has_other_denial = 0 as is_duplicate_denial
from weighed
