-- title: What became of each claim to the primary payer
-- row: one original claim to its primary payer, with the claims that replaced it and the payments that answer them
-- rule: a claim is denied where the payer paid nothing and adjustments that are denials (with what the contract wrote off)
--   reach the charge; each chain of claims counts once, with its first denial and its latest state
-- source: ASC X12N 005010X221A1 section 1.10.2 (balancing, reversal and correction); docs/measures/claim_outcome.md

-- 1. Chains: an original with its replacements (7), voids (8), late charges (5) and resubmissions, by core.claim_chain.
with placed as (
  select
    claim_chain.claim_id,
    claim_chain.chain_id,
    case when claim_chain.relation = 'to a later payer' then 1 else 0 end as is_other_claim
  from core.claim_chain as claim_chain
  where claim_chain.chain_id is not null
),

resubmitted as (
  select
    placed.chain_id,
    max(case when placed.claim_id <> placed.chain_id and claim.frequency_code in ('5', '6', '7') then 1 else 0 end)
      as has_replacement,
    max(
      case
        when placed.claim_id <> placed.chain_id and coalesce(claim.frequency_code, '1') not in ('5', '6', '7', '8')
          then claim.submit_date
      end
    ) as last_resubmit_date
  from placed
  inner join core.claim as claim
    on claim.claim_id = placed.claim_id
  where placed.is_other_claim = 0
  group by placed.chain_id
),

-- 2. Claim payments of each chain; 23 (not our claim) and 25 (predetermination) answer nothing.
response as (
  select
    placed.chain_id,
    placed.is_other_claim,
    remit_claim.remit_claim_id,
    remit_claim.claim_status_code,
    remit_claim.charge_amount,
    remit_claim.paid_amount,
    claim.charge_amount as submitted_amount,
    remittance.payment_date,
    coalesce(remittance.payment_date, date '9999-12-31') as payment_day,
    case
      when remittance.payer_id = claim.payer_id then 1
      when upper(trim(remittance.payer_name)) = upper(trim(claim.payer_name)) then 1
      else 0
    end as is_own_payer,
    max(case when remit_claim.claim_status_code in ('2', '3', '20', '21') then 1 else 0 end) over (
      partition by placed.chain_id, coalesce(remittance.payer_id, remittance.payer_name, '')
    ) as is_later_payer
  from core.claim_link as claim_link
  inner join core.remit_claim as remit_claim
    on remit_claim.remit_claim_id = claim_link.remit_claim_id
  inner join core.remittance as remittance
    on remittance.remittance_id = remit_claim.remittance_id
  inner join core.claim as claim
    on claim.claim_id = claim_link.claim_id
  inner join placed
    on placed.claim_id = claim_link.claim_id
  where coalesce(remit_claim.claim_status_code, '') not in ('23', '25')
),

response_total as (
  select
    response.chain_id,
    sum(case when response.is_other_claim = 0 and (response.is_own_payer = 1 or response.is_later_payer = 0) then 1 else 0 end)
      as response_count,
    sum(
      case
        when response.is_other_claim = 0 and (response.is_own_payer = 1 or response.is_later_payer = 0)
          then response.paid_amount
        else 0
      end
    ) as paid_amount,
    sum(
      case
        when response.is_other_claim = 0 and (response.is_own_payer = 1 or response.is_later_payer = 0) then 0
        else response.paid_amount
      end
    ) as secondary_paid_amount
  from response
  group by response.chain_id
),

primary_response as (
  select
    response.chain_id,
    response.remit_claim_id,
    response.claim_status_code,
    response.charge_amount,
    response.paid_amount,
    response.submitted_amount,
    response.payment_date,
    response.payment_day,
    case when response.claim_status_code = '22' then 1 else 0 end as is_reversal
  from response
  where response.is_other_claim = 0 and (response.is_own_payer = 1 or response.is_later_payer = 0)
),

answer as (
  select
    primary_response.chain_id,
    primary_response.remit_claim_id,
    primary_response.claim_status_code,
    primary_response.charge_amount,
    primary_response.paid_amount,
    primary_response.submitted_amount,
    primary_response.payment_date,
    primary_response.payment_day,
    row_number() over (
      partition by primary_response.chain_id
      order by primary_response.payment_day, primary_response.remit_claim_id
    ) as answer_number,
    row_number() over (
      partition by primary_response.chain_id, primary_response.charge_amount, primary_response.paid_amount
      order by primary_response.payment_day, primary_response.remit_claim_id
    ) as pair_number
  from primary_response
  where primary_response.is_reversal = 0
),

-- A reversal repeats the payment that it takes back with the signs turned: the first takes back the earliest.
reversed as (
  select
    answer.remit_claim_id
  from answer
  inner join primary_response as reversal
    on reversal.chain_id = answer.chain_id
    and reversal.is_reversal = 1
    and abs(reversal.charge_amount) = answer.charge_amount
    and abs(reversal.paid_amount) = answer.paid_amount
    and (
      reversal.payment_day > answer.payment_day
      or (reversal.payment_day = answer.payment_day and reversal.remit_claim_id > answer.remit_claim_id)
    )
  group by
    answer.remit_claim_id,
    answer.pair_number
  having count(*) >= answer.pair_number
),

first_reversal as (
  select
    primary_response.chain_id,
    min(primary_response.payment_day) as payment_day
  from primary_response
  where primary_response.is_reversal = 1
  group by primary_response.chain_id
),

-- 3. What each adjustment is, by the project's list on the day of payment; a code that is not in it is unmapped.
adjusted as (
  select
    adjustment.remit_claim_id,
    adjustment.adjustment_number,
    adjustment.line_number,
    adjustment.group_code,
    adjustment.reason_code,
    adjustment.adjustment_amount,
    case
      when coalesce(adjustment.group_code, '') not in ('CO', 'PI', 'OA', 'PR') then 'other'
      when denial_reason.reason_code is null then 'unmapped'
      when denial_reason.is_denial then 'denial'
      when adjustment.group_code in ('CO', 'PI') then 'contractual'
      else 'other'
    end as adjustment_class,
    row_number() over (
      partition by adjustment.remit_claim_id, adjustment.adjustment_number
      order by denial_reason.effective_from desc
    ) as preference
  from core.adjustment as adjustment
  inner join answer
    on answer.remit_claim_id = adjustment.remit_claim_id
  left join ref.denial_reason as denial_reason
    on denial_reason.reason_code = adjustment.reason_code
    and denial_reason.effective_from <= answer.payment_day
    and coalesce(denial_reason.effective_to, date '9999-12-31') >= answer.payment_day
),

classed as (
  select
    adjusted.remit_claim_id,
    adjusted.line_number,
    adjusted.group_code,
    adjusted.reason_code,
    adjusted.adjustment_amount,
    adjusted.adjustment_class
  from adjusted
  where adjusted.preference = 1
),

-- Line 0 holds the adjustments of the claim level.
level_sum as (
  select
    classed.remit_claim_id,
    coalesce(classed.line_number, 0) as line_number,
    sum(case when classed.adjustment_class = 'denial' then classed.adjustment_amount else 0 end) as denial_amount,
    sum(case when classed.adjustment_class = 'unmapped' then classed.adjustment_amount else 0 end) as unmapped_amount,
    sum(case when classed.adjustment_class = 'contractual' then classed.adjustment_amount else 0 end) as contractual_amount
  from classed
  group by
    classed.remit_claim_id,
    coalesce(classed.line_number, 0)
),

judged_line as (
  select
    remit_line.remit_claim_id,
    remit_line.line_number,
    remit_line.charge_amount,
    coalesce(level_sum.contractual_amount, 0) as contractual_amount,
    case
      when remit_line.charge_amount <= 0 or remit_line.paid_amount <> 0 then 0
      when level_sum.denial_amount > 0
        and level_sum.denial_amount + level_sum.unmapped_amount + level_sum.contractual_amount >= remit_line.charge_amount
        then 1
      when level_sum.unmapped_amount >= remit_line.charge_amount then 1
      else 0
    end as is_denied
  from core.remit_line as remit_line
  inner join answer
    on answer.remit_claim_id = remit_line.remit_claim_id
  left join level_sum
    on level_sum.remit_claim_id = remit_line.remit_claim_id and level_sum.line_number = remit_line.line_number
),

line_sum as (
  select
    judged_line.remit_claim_id,
    sum(case when judged_line.charge_amount > 0 then 1 else 0 end) as charged_line_count,
    sum(judged_line.is_denied) as denied_line_count,
    sum(case when judged_line.is_denied = 1 then judged_line.charge_amount else 0 end) as denied_line_amount,
    sum(case when judged_line.is_denied = 0 then judged_line.contractual_amount else 0 end) as contractual_amount
  from judged_line
  group by judged_line.remit_claim_id
),

adjustment_count as (
  select
    classed.remit_claim_id,
    count(*) as adjustment_count,
    max(case when classed.adjustment_class in ('denial', 'unmapped') and classed.reason_code = '18' then 1 else 0 end)
      as has_duplicate_denial,
    max(case when classed.adjustment_class in ('denial', 'unmapped') and classed.reason_code <> '18' then 1 else 0 end)
      as has_other_denial
  from classed
  group by classed.remit_claim_id
),

weighed as (
  select
    answer.chain_id,
    answer.remit_claim_id,
    answer.charge_amount,
    answer.submitted_amount,
    answer.payment_date,
    answer.payment_day,
    answer.answer_number,
    coalesce(line_sum.denied_line_amount, 0) as denied_line_amount,
    coalesce(level_sum.denial_amount, 0) as claim_denial_amount,
    coalesce(adjustment_count.has_duplicate_denial, 0) as has_duplicate_denial,
    coalesce(adjustment_count.has_other_denial, 0) as has_other_denial,
    case
      when answer.charge_amount <= 0 or answer.paid_amount > 0 then 0
      when line_sum.charged_line_count > 0 and line_sum.denied_line_count = line_sum.charged_line_count then 1
      when level_sum.denial_amount > 0
        and level_sum.denial_amount + level_sum.unmapped_amount + level_sum.contractual_amount
        + coalesce(line_sum.denied_line_amount, 0) + coalesce(line_sum.contractual_amount, 0) >= answer.charge_amount
        then 1
      when level_sum.unmapped_amount >= answer.charge_amount then 1
      when answer.claim_status_code = '4' and adjustment_count.adjustment_count is null then 1
      else 0
    end as is_denied
  from answer
  left join line_sum
    on line_sum.remit_claim_id = answer.remit_claim_id
  left join level_sum
    on level_sum.remit_claim_id = answer.remit_claim_id and level_sum.line_number = 0
  left join adjustment_count
    on adjustment_count.remit_claim_id = answer.remit_claim_id
),

-- An answer after the first that only refuses a second submission (reason 18) leaves the state of the claim as it was.
judged as (
  select
    weighed.chain_id,
    weighed.remit_claim_id,
    weighed.charge_amount,
    weighed.submitted_amount,
    weighed.payment_date,
    weighed.payment_day,
    weighed.answer_number,
    weighed.is_denied,
    case
      when weighed.is_denied = 1 then weighed.charge_amount
      else least(
        greatest(weighed.charge_amount, 0), weighed.denied_line_amount + greatest(weighed.claim_denial_amount, 0)
      )
    end as denied_amount,
    case
      when weighed.answer_number > 1 and weighed.is_denied = 1
        and weighed.has_duplicate_denial = 1 and weighed.has_other_denial = 0 then 1
      else 0
    end as is_duplicate_denial,
    case when reversed.remit_claim_id is null then 1 else 0 end as is_standing
  from weighed
  left join reversed
    on reversed.remit_claim_id = weighed.remit_claim_id
),

-- 4. The first and the latest answer; a payer may split one claim, so parts count together up to the charge.
onward as (
  select
    judged.chain_id,
    judged.remit_claim_id,
    judged.answer_number,
    sum(judged.charge_amount) over (
      partition by judged.chain_id
      order by judged.answer_number
      rows between unbounded preceding and current row
    ) as running_amount
  from judged
  where judged.is_duplicate_denial = 0
),

first_answer as (
  select
    onward.chain_id,
    onward.remit_claim_id
  from onward
  inner join core.claim as claim
    on claim.claim_id = onward.chain_id
  where onward.answer_number = 1 or onward.running_amount <= claim.charge_amount
),

backward as (
  select
    judged.chain_id,
    judged.remit_claim_id,
    row_number() over (
      partition by judged.chain_id
      order by judged.answer_number desc
    ) as step_number,
    sum(judged.charge_amount) over (
      partition by judged.chain_id
      order by judged.answer_number desc
      rows between unbounded preceding and current row
    ) as running_amount,
    first_value(judged.submitted_amount) over (
      partition by judged.chain_id
      order by judged.answer_number desc
    ) as submitted_amount
  from judged
  where judged.is_standing = 1 and judged.is_duplicate_denial = 0
),

last_answer as (
  select
    backward.chain_id,
    backward.remit_claim_id
  from backward
  where backward.step_number = 1 or backward.running_amount <= backward.submitted_amount
),

first_state as (
  select
    judged.chain_id,
    min(judged.payment_date) as payment_date,
    sum(judged.denied_amount) as denied_amount,
    case
      when sum(judged.denied_amount) = 0 then 'paid'
      when min(judged.is_denied) = 1 then 'denied'
      else 'partly denied'
    end as state
  from judged
  inner join first_answer
    on first_answer.remit_claim_id = judged.remit_claim_id
  group by judged.chain_id
),

last_state as (
  select
    judged.chain_id,
    case
      when sum(judged.denied_amount) = 0 then 'paid'
      when min(judged.is_denied) = 1 then 'denied'
      else 'partly denied'
    end as state
  from judged
  inner join last_answer
    on last_answer.remit_claim_id = judged.remit_claim_id
  group by judged.chain_id
),

last_share as (
  select
    last_answer.chain_id,
    sum(adjustment.adjustment_amount) as patient_responsibility_amount
  from last_answer
  inner join core.adjustment as adjustment
    on adjustment.remit_claim_id = last_answer.remit_claim_id and adjustment.group_code = 'PR'
  group by last_answer.chain_id
),

-- 5. The first denial: the first answer if it denied anything, else the first later one that did.
denial_start as (
  select
    judged.chain_id,
    min(judged.answer_number) as answer_number
  from judged
  where judged.denied_amount > 0
  group by judged.chain_id
),

denial_answer as (
  select
    judged.chain_id,
    judged.remit_claim_id,
    judged.is_denied,
    judged.denied_amount
  from judged
  inner join denial_start
    on denial_start.chain_id = judged.chain_id
  left join first_answer
    on first_answer.remit_claim_id = judged.remit_claim_id
  left join first_state
    on first_state.chain_id = judged.chain_id
  where
    judged.answer_number = denial_start.answer_number
    or (first_answer.remit_claim_id is not null and first_state.denied_amount > 0)
),

denial_total as (
  select
    denial_answer.chain_id,
    sum(denial_answer.denied_amount) as denied_amount
  from denial_answer
  group by denial_answer.chain_id
),

reason_sum as (
  select
    denial_answer.chain_id,
    classed.group_code,
    classed.reason_code,
    sum(classed.adjustment_amount) as reason_amount
  from denial_answer
  inner join classed
    on classed.remit_claim_id = denial_answer.remit_claim_id
  left join judged_line
    on judged_line.remit_claim_id = classed.remit_claim_id and judged_line.line_number = classed.line_number
  where
    (classed.adjustment_class = 'denial' and (classed.line_number is null or judged_line.is_denied = 1))
    or (classed.adjustment_class = 'unmapped' and (denial_answer.is_denied = 1 or judged_line.is_denied = 1))
  group by
    denial_answer.chain_id,
    classed.group_code,
    classed.reason_code
),

reason_ranked as (
  select
    reason_sum.chain_id,
    reason_sum.group_code,
    reason_sum.reason_code,
    row_number() over (
      partition by reason_sum.chain_id
      order by reason_sum.reason_amount desc, reason_sum.reason_code, reason_sum.group_code
    ) as reason_number
  from reason_sum
),

-- A correction is an answer that still stands, made on or after the day of the first reversal.
corrected as (
  select distinct
    judged.chain_id
  from judged
  inner join first_reversal
    on first_reversal.chain_id = judged.chain_id
  where judged.is_standing = 1 and judged.payment_day >= first_reversal.payment_day
)

select
  cast(claim.claim_id as bigint) as claim_id,
  cast(encounter.encounter_id as varchar) as encounter_id,
  cast(claim.patient_control_number as varchar) as patient_control_number,
  cast(claim.form as varchar) as form,
  cast(claim.payer_id as varchar) as payer_id,
  cast(claim.payer_name as varchar) as payer_name,
  cast(claim.submit_date as date) as submit_date,
  cast(claim.from_date as date) as from_date,
  cast(claim.charge_amount as decimal(18, 2)) as charge_amount,
  cast(coalesce(response_total.response_count, 0) as bigint) as response_count,
  cast(coalesce(first_state.state, 'no response yet') as varchar) as first_response,
  cast(first_state.payment_date as date) as first_response_date,
  cast(coalesce(denial_total.denied_amount, 0) as decimal(18, 2)) as denied_amount,
  cast(case when denial_total.chain_id is not null then reason_ranked.reason_code end as varchar) as denial_reason_code,
  cast(case when denial_total.chain_id is not null then reason_ranked.group_code end as varchar) as denial_group_code,
  cast(
    case
      when resubmitted.has_replacement = 1 or corrected.chain_id is not null then true
      when first_state.denied_amount > 0 and resubmitted.last_resubmit_date >= first_state.payment_date then true
      else false
    end as boolean
  ) as is_reworked,
  cast(
    case
      when last_state.state is not null then last_state.state
      when first_state.state is not null then 'reversed'
      else 'no response yet'
    end as varchar
  ) as final_outcome,
  cast(coalesce(response_total.paid_amount, 0) as decimal(18, 2)) as paid_amount,
  cast(coalesce(response_total.secondary_paid_amount, 0) as decimal(18, 2)) as secondary_paid_amount,
  cast(coalesce(last_share.patient_responsibility_amount, 0) as decimal(18, 2)) as patient_responsibility_amount
from core.claim as claim
inner join resubmitted
  on resubmitted.chain_id = claim.claim_id
left join core.claim_encounter as claim_encounter
  on claim_encounter.claim_id = claim.claim_id
left join core.encounter as encounter
  on encounter.encounter_id = claim_encounter.encounter_id
left join response_total
  on response_total.chain_id = claim.claim_id
left join first_state
  on first_state.chain_id = claim.claim_id
left join last_state
  on last_state.chain_id = claim.claim_id
left join last_share
  on last_share.chain_id = claim.claim_id
left join denial_total
  on denial_total.chain_id = claim.claim_id
left join reason_ranked
  on reason_ranked.chain_id = claim.claim_id and reason_ranked.reason_number = 1
left join corrected
  on corrected.chain_id = claim.claim_id
order by claim_id
