-- title: What each answer of the primary payer decided
-- row: one answer of the primary payer to a chain of claims
-- key: remit_claim_id
-- needs: mart.payer_response
-- cut: patient_control_number
-- rule: an answer that pays nothing is a denial where all charged lines are denied; or where the denials of the claim
--   level, with what is unmapped, contractual and denied by line, reach the charge; or where its status says denied (4)
--   and it has no adjustment, or one that is unmapped. Otherwise the charge of its denied lines and the denials of the
--   claim level are denied, up to the charge. An unpaid answer that would be a denial if what is unmapped were one is
--   unmapped. An answer after the first that only refuses a second submission (reason 18) is a duplicate denial, which
--   leaves the state of the claim as it was
with line_sum as (
  select
    line_decision.remit_claim_id,
    sum(case when line_decision.charge_amount > 0 then 1 else 0 end) as charged_line_count,
    sum(case when line_decision.is_denied then 1 else 0 end) as denied_line_count,
    sum(case when line_decision.is_denied then line_decision.charge_amount else 0 end) as denied_line_amount,
    sum(case when line_decision.is_unmapped then 1 else 0 end) as unmapped_line_count,
    sum(case when line_decision.is_unmapped then line_decision.charge_amount else 0 end) as unmapped_line_amount,
    sum(case when line_decision.is_denied or line_decision.is_unmapped then 0 else line_decision.contractual_amount end)
      as contractual_amount
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
    max(case when adjustment_class.adjustment_class = 'unmapped' then 1 else 0 end) as has_unmapped,
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
    payer_response.charge_amount <= 0 or payer_response.paid_amount > 0 as is_paid,
    coalesce(payer_response.claim_status_code = '4', false) as is_status_denied,
    adjusted.adjustment_count is null as is_unexplained,
    coalesce(line_sum.charged_line_count, 0) as charged_line_count,
    coalesce(line_sum.denied_line_count, 0) as denied_line_count,
    coalesce(line_sum.denied_line_amount, 0) as denied_line_amount,
    coalesce(line_sum.unmapped_line_count, 0) as unmapped_line_count,
    coalesce(line_sum.unmapped_line_amount, 0) as unmapped_line_amount,
    coalesce(adjusted.denial_amount, 0) as claim_denial_amount,
    coalesce(adjusted.unmapped_amount, 0) as claim_unmapped_amount,
    coalesce(adjusted.has_unmapped, 0) as has_unmapped,
    coalesce(adjusted.has_duplicate_denial, 0) as has_duplicate_denial,
    coalesce(adjusted.has_other_denial, 0) as has_other_denial,
    coalesce(adjusted.denial_amount, 0)
    + coalesce(adjusted.unmapped_amount, 0)
    + coalesce(adjusted.contractual_amount, 0)
    + coalesce(line_sum.denied_line_amount, 0)
    + coalesce(line_sum.unmapped_line_amount, 0)
    + coalesce(line_sum.contractual_amount, 0) as taken_off_amount
  from mart.payer_response as payer_response
  left join line_sum
    on line_sum.remit_claim_id = payer_response.remit_claim_id
  left join adjusted
    on adjusted.remit_claim_id = payer_response.remit_claim_id
  where payer_response.answer_number is not null
),

judged as (
  select
    weighed.chain_id,
    weighed.remit_claim_id,
    weighed.answer_number,
    weighed.charge_amount,
    weighed.is_paid,
    weighed.denied_line_amount,
    weighed.unmapped_line_amount,
    weighed.claim_denial_amount,
    weighed.has_duplicate_denial,
    weighed.has_other_denial,
    case
      when weighed.is_paid then false
      when weighed.charged_line_count > 0 and weighed.denied_line_count = weighed.charged_line_count then true
      when weighed.claim_denial_amount > 0 and weighed.taken_off_amount >= weighed.charge_amount then true
      when weighed.is_status_denied and (weighed.is_unexplained or weighed.has_unmapped = 1) then true
      else false
    end as is_denied,
    case
      when weighed.is_paid then false
      when weighed.unmapped_line_count > 0
        and weighed.denied_line_count + weighed.unmapped_line_count = weighed.charged_line_count
        then true
      else weighed.claim_unmapped_amount > 0 and weighed.taken_off_amount >= weighed.charge_amount
    end as would_be_denied
  from weighed
)

select
  cast(judged.chain_id as bigint) as chain_id,
  cast(judged.remit_claim_id as bigint) as remit_claim_id,
  judged.is_denied,
  judged.would_be_denied and not judged.is_denied as is_unmapped,
  cast(
    case
      when judged.is_denied then judged.charge_amount
      else least(greatest(judged.charge_amount, 0), judged.denied_line_amount + greatest(judged.claim_denial_amount, 0))
    end as decimal(18, 2)
  ) as denied_amount,
  cast(
    case
      when judged.is_denied then 0
      when judged.would_be_denied
        then judged.charge_amount
          - least(judged.charge_amount, judged.denied_line_amount + greatest(judged.claim_denial_amount, 0))
      else judged.unmapped_line_amount
    end as decimal(18, 2)
  ) as unmapped_amount,
  judged.answer_number > 1
  and judged.is_denied
  and judged.has_duplicate_denial = 1
  and judged.has_other_denial = 0 as is_duplicate_denial
from judged
