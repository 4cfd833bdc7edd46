-- title: What became of the claims that a check finds
-- row: one check, one fate of the claims with its findings, one denial reason
-- rule: originals to the primary payer. A finding is of what was denied where the first answer denied the claim, or a
--   line with the code of the finding; a diagnosis stands for its claim. It is of what was paid in full where the answer
--   denied nothing of it. The dollars of a claim are its denied charge, at most the charge at stake where that is known
with
denied_code as (
  select distinct
    claim_decision.chain_id as claim_id,
    coalesce(remit_line.submitted_code, remit_line.code) as code
  from mart.claim_decision as claim_decision
  inner join mart.line_decision as line_decision
    on line_decision.remit_claim_id = claim_decision.remit_claim_id and line_decision.is_denied
  inner join core.remit_line as remit_line
    on remit_line.remit_claim_id = line_decision.remit_claim_id and remit_line.line_number = line_decision.line_number
),

fated as (
  select
    finding.check_id,
    finding.claim_id,
    claim_outcome.denied_amount,
    finding.at_stake_amount,
    claim_outcome.denial_reason_code,
    claim_outcome.denial_reason_day_id,
    case
      when claim_outcome.claim_id is null then 3
      when claim_outcome.first_response in ('no response yet', 'unpaid, reason unmapped') then 3
      when claim_outcome.first_response = 'denied' then 1
      when claim_outcome.first_response = 'paid' then 2
      when finding.code_system = 'ICD-10-CM' or denied_code.claim_id is not null then 1
      else 2
    end as fate_number
  from mart.finding as finding
  left join mart.claim_outcome as claim_outcome
    on claim_outcome.claim_id = finding.claim_id
  left join denied_code
    on denied_code.claim_id = finding.claim_id and denied_code.code = finding.code
),

of_claim as (
  select
    fated.check_id,
    fated.claim_id,
    min(fated.fate_number) as fate_number,
    count(*) as finding_count,
    min(fated.denied_amount) as denied_amount,
    sum(case when fated.fate_number = 1 then fated.at_stake_amount end) as at_stake_amount,
    min(fated.denial_reason_code) as denial_reason_code,
    min(fated.denial_reason_day_id) as denial_reason_day_id
  from fated
  group by fated.check_id, fated.claim_id
)

select
  of_claim.check_id,
  case
    when of_claim.fate_number = 1 then 'denied'
    when of_claim.fate_number = 2 then 'paid'
    else 'not known'
  end as fate,
  case when of_claim.fate_number = 1 then of_claim.denial_reason_code end as denial_reason_code,
  case
    when of_claim.fate_number = 1 then coalesce(denial_reason_day.label, 'no reason, or one that is unmapped')
  end as reason_label,
  coalesce(
    of_claim.fate_number = 1
    and concat(',', replace(denial_reason_day.check_id, ' ', ''), ',') like concat('%,', of_claim.check_id, ',%'),
    false
  ) as is_reason_of_check,
  cast(count(*) as bigint) as claim_count,
  cast(sum(of_claim.finding_count) as bigint) as finding_count,
  cast(
    sum(
      case
        when of_claim.fate_number <> 1 then 0
        when of_claim.at_stake_amount < of_claim.denied_amount then of_claim.at_stake_amount
        else of_claim.denied_amount
      end
    ) as decimal(18, 2)
  ) as denied_amount
from of_claim
left join mart.denial_reason_day as denial_reason_day
  on denial_reason_day.reason_day_id = of_claim.denial_reason_day_id
group by
  of_claim.check_id,
  case
    when of_claim.fate_number = 1 then 'denied'
    when of_claim.fate_number = 2 then 'paid'
    else 'not known'
  end,
  case when of_claim.fate_number = 1 then of_claim.denial_reason_code end,
  case
    when of_claim.fate_number = 1 then coalesce(denial_reason_day.label, 'no reason, or one that is unmapped')
  end,
  coalesce(
    of_claim.fate_number = 1
    and concat(',', replace(denial_reason_day.check_id, ' ', ''), ',') like concat('%,', of_claim.check_id, ',%'),
    false
  )
order by check_id, fate, denied_amount desc, denial_reason_code
