-- title: The denied lines, each once, with their first and their latest denial and what became of them
-- row: one billed line that the primary payer denied, or what it denied of a claim beyond its lines (line_number null)
-- key: claim_id, denial_number
-- needs: mart.payer_response
-- cut: patient_control_number
-- rule: a line is known again in later answers by its line control number, else by its code, charge and first day,
--   counted in their order. Its first denial gives amount and reason, the one with the largest amount; refused duplicates
--   are none. What an answer denies of a claim beyond the charges of its denied lines is one more row, so that the rows
--   of an answer add up to what it denied. The final state is that of the claim where all of it was paid, denied or
--   reversed, else what the latest answer that stands says of the line. The ground is stated only by a remark
-- source: ASC X12N 005010X221A1, 2110 CAS, LQ and REF*6R, section 1.10.2.8; docs/measures/denied_lines.md
with
remark_ground as (
  select stated.remark_code, stated.ground
  from (
    values
      ('M25', 'medical necessity'),
      ('M26', 'medical necessity'),
      ('N115', 'medical necessity'),
      ('N386', 'medical necessity'),
      ('N22', 'coding downgrade')
  ) as stated (remark_code, ground)
),

denied_chain as (
  select distinct claim_decision.chain_id
  from mart.claim_decision as claim_decision
  where claim_decision.denied_amount > 0 and not claim_decision.is_duplicate_denial
),

answer as (
  select
    claim_decision.chain_id,
    claim_decision.remit_claim_id,
    claim_decision.is_denied,
    claim_decision.denied_amount,
    payer_response.answer_number,
    payer_response.payment_date,
    coalesce(first_and_latest_answer.is_first, false) as is_first,
    coalesce(first_and_latest_answer.is_latest, false) as is_latest
  from denied_chain
  inner join mart.claim_decision as claim_decision
    on claim_decision.chain_id = denied_chain.chain_id and not claim_decision.is_duplicate_denial
  inner join mart.payer_response as payer_response
    on payer_response.remit_claim_id = claim_decision.remit_claim_id
  left join mart.first_and_latest_answer as first_and_latest_answer
    on first_and_latest_answer.remit_claim_id = claim_decision.remit_claim_id
),

numbered_line as (
  select
    answer.chain_id,
    remit_line.remit_claim_id,
    remit_line.line_number,
    coalesce(remit_line.submitted_code, remit_line.code, remit_line.revenue_code) as code,
    remit_line.charge_amount,
    line_decision.is_denied,
    case
      when remit_line.line_control_number is not null then concat('control ', remit_line.line_control_number)
      else concat(
        'line ',
        coalesce(remit_line.submitted_code, remit_line.code, remit_line.revenue_code, ''),
        ' ',
        cast(remit_line.charge_amount as varchar),
        ' ',
        coalesce(cast(remit_line.from_date as varchar), ''),
        ' ',
        cast(
          row_number() over (
            partition by
              remit_line.remit_claim_id,
              remit_line.line_control_number,
              coalesce(remit_line.submitted_code, remit_line.code, remit_line.revenue_code),
              remit_line.charge_amount,
              remit_line.from_date
            order by remit_line.line_number
          ) as varchar
        )
      )
    end as line_key
  from answer
  inner join core.remit_line as remit_line
    on remit_line.remit_claim_id = answer.remit_claim_id
  inner join mart.line_decision as line_decision
    on line_decision.remit_claim_id = remit_line.remit_claim_id and line_decision.line_number = remit_line.line_number
),

answered as (
  select
    numbered_line.chain_id,
    numbered_line.remit_claim_id,
    numbered_line.line_key,
    min(numbered_line.line_number) as line_number,
    min(numbered_line.code) as code,
    sum(case when numbered_line.is_denied then numbered_line.charge_amount else 0 end) as denied_amount
  from numbered_line
  group by
    numbered_line.chain_id,
    numbered_line.remit_claim_id,
    numbered_line.line_key
),

line_total as (
  select
    answered.remit_claim_id,
    sum(answered.denied_amount) as denied_amount
  from answered
  group by answered.remit_claim_id
),

part as (
  select
    answered.chain_id,
    answered.remit_claim_id,
    answered.line_key,
    answered.line_number,
    answered.code,
    answered.denied_amount
  from answered
  union all
  select
    answer.chain_id,
    answer.remit_claim_id,
    'claim' as line_key,
    cast(null as bigint) as line_number,
    cast(null as varchar) as code,
    answer.denied_amount - coalesce(line_total.denied_amount, 0) as denied_amount
  from answer
  left join line_total
    on line_total.remit_claim_id = answer.remit_claim_id
  where answer.denied_amount - coalesce(line_total.denied_amount, 0) <> 0
),

denial as (
  select
    part.chain_id,
    part.remit_claim_id,
    part.line_key,
    part.line_number,
    part.code,
    part.denied_amount,
    answer.payment_date,
    answer.is_first,
    answer.is_denied,
    row_number() over (
      partition by part.chain_id, part.line_key
      order by answer.answer_number
    ) as step_number,
    row_number() over (
      partition by part.chain_id, part.line_key
      order by answer.answer_number desc
    ) as step_back_number,
    count(*) over (partition by part.chain_id, part.line_key) as denial_count
  from part
  inner join answer
    on answer.remit_claim_id = part.remit_claim_id
  where part.denied_amount <> 0
),

reason_sum as (
  select
    denial.chain_id,
    denial.line_key,
    denial.remit_claim_id,
    adjustment_class.group_code,
    adjustment_class.reason_code,
    min(adjustment_class.reason_day_id) as reason_day_id,
    sum(adjustment_class.adjustment_amount) as reason_amount
  from denial
  inner join mart.adjustment_class as adjustment_class
    on adjustment_class.remit_claim_id = denial.remit_claim_id
    and adjustment_class.adjustment_class in ('denial', 'unmapped')
  left join numbered_line
    on numbered_line.remit_claim_id = adjustment_class.remit_claim_id
    and numbered_line.line_number = adjustment_class.line_number
  where
    numbered_line.line_key = denial.line_key
    or (
      denial.line_key = 'claim'
      and (
        adjustment_class.line_number is null
        or (denial.is_denied and adjustment_class.adjustment_class = 'unmapped' and not numbered_line.is_denied)
      )
    )
  group by
    denial.chain_id,
    denial.line_key,
    denial.remit_claim_id,
    adjustment_class.group_code,
    adjustment_class.reason_code
),

reason as (
  select
    reason_sum.chain_id,
    reason_sum.line_key,
    reason_sum.remit_claim_id,
    reason_sum.group_code,
    reason_sum.reason_code,
    reason_sum.reason_day_id,
    row_number() over (
      partition by reason_sum.remit_claim_id, reason_sum.line_key
      order by reason_sum.reason_amount desc, reason_sum.reason_code, reason_sum.group_code
    ) as preference
  from reason_sum
),

remarked as (
  select distinct
    denial.chain_id,
    denial.line_key,
    remark.remark_code,
    remark_ground.ground
  from denial
  inner join core.remark as remark
    on remark.remit_claim_id = denial.remit_claim_id
  left join numbered_line
    on numbered_line.remit_claim_id = remark.remit_claim_id and numbered_line.line_number = remark.line_number
  left join remark_ground
    on remark_ground.remark_code = remark.remark_code
  where denial.step_number = 1 and (remark.line_number is null or numbered_line.line_key = denial.line_key)
),

remark_text as (
  select
    remarked.chain_id,
    remarked.line_key,
    string_agg(remarked.remark_code, ', ' order by remarked.remark_code) as remark_codes,
    max(case when remarked.remark_code = 'MA130' then 1 else 0 end) as is_not_processed,
    min(remarked.ground) as ground,
    count(distinct remarked.ground) as ground_count
  from remarked
  group by
    remarked.chain_id,
    remarked.line_key
),

latest_part as (
  select
    part.chain_id,
    part.line_key,
    max(case when part.denied_amount <> 0 then 1 else 0 end) as is_denied
  from part
  inner join answer
    on answer.remit_claim_id = part.remit_claim_id and answer.is_latest
  group by
    part.chain_id,
    part.line_key
)

select
  cast(denial.chain_id as bigint) as claim_id,
  cast(
    row_number() over (
      partition by denial.chain_id
      order by denial.payment_date nulls last, denial.remit_claim_id, denial.line_number nulls last
    ) as bigint
  ) as denial_number,
  cast(denial.remit_claim_id as bigint) as remit_claim_id,
  cast(denial.line_number as bigint) as line_number,
  cast(denial.code as varchar) as code,
  denial.is_first as is_initial,
  cast(denial.payment_date as date) as denial_date,
  cast(denial.denied_amount as decimal(18, 2)) as denied_amount,
  cast(reason.group_code as varchar) as group_code,
  cast(reason.reason_code as varchar) as reason_code,
  cast(reason.reason_day_id as bigint) as reason_day_id,
  cast(remark_text.remark_codes as varchar) as remark_codes,
  cast(case when remark_text.ground_count = 1 then remark_text.ground else 'not stated' end as varchar) as stated_ground,
  coalesce(reason.reason_code = '16' and remark_text.is_not_processed = 1, false) as is_unprocessable,
  cast(denial.denial_count as bigint) as denial_count,
  cast(latest.payment_date as date) as latest_denial_date,
  cast(latest_reason.reason_code as varchar) as latest_reason_code,
  cast(
    case
      when claim_outcome.final_outcome in ('paid', 'reversed', 'unpaid, reason unmapped') then claim_outcome.final_outcome
      when claim_outcome.final_outcome = 'denied' or latest_part.is_denied = 1 then 'still denied'
      when latest_part.is_denied = 0 or denial.line_key = 'claim' then 'paid'
      else 'not in the latest answer'
    end as varchar
  ) as final_state
from denial
inner join denial as latest
  on latest.chain_id = denial.chain_id and latest.line_key = denial.line_key and latest.step_back_number = 1
inner join mart.claim_outcome as claim_outcome
  on claim_outcome.claim_id = denial.chain_id
left join reason
  on reason.remit_claim_id = denial.remit_claim_id and reason.line_key = denial.line_key and reason.preference = 1
left join reason as latest_reason
  on latest_reason.remit_claim_id = latest.remit_claim_id
  and latest_reason.line_key = latest.line_key
  and latest_reason.preference = 1
left join remark_text
  on remark_text.chain_id = denial.chain_id and remark_text.line_key = denial.line_key
left join latest_part
  on latest_part.chain_id = denial.chain_id and latest_part.line_key = denial.line_key
where denial.step_number = 1
order by claim_id, denial_number
