-- What the primary payer answered at last on the lines of encounters' claims: one row for each code, with its lines
-- summed and the reasons of what was not paid.
-- Lists that are unnested count as few rows in the plan: so the tables are searched for them, not read whole.
with billed as materialized (
  select
    claim_encounter.encounter_id,
    claim_encounter.claim_id
  from core.claim_encounter as claim_encounter
  where claim_encounter.encounter_id in (select unnest($encounter_ids))
),

paid as materialized (
  select
    billed.encounter_id,
    claim_link.remit_claim_id
  from billed
  inner join core.claim_link as claim_link
    on claim_link.claim_id = billed.claim_id
),

latest as materialized (
  select first_and_latest_answer.remit_claim_id
  from mart.first_and_latest_answer as first_and_latest_answer
  where
    first_and_latest_answer.is_latest
    and first_and_latest_answer.remit_claim_id in (select unnest(list(paid.remit_claim_id)) from paid)
),

answer as materialized (
  select distinct
    paid.encounter_id,
    paid.remit_claim_id
  from paid
  inner join latest
    on latest.remit_claim_id = paid.remit_claim_id
),

answered_line as materialized (
  select
    answer.encounter_id,
    remit_line.remit_claim_id,
    remit_line.line_number,
    coalesce(remit_line.submitted_code, remit_line.code) as code,
    remit_line.charge_amount,
    remit_line.paid_amount
  from answer
  inner join core.remit_line as remit_line
    on remit_line.remit_claim_id = answer.remit_claim_id
  where coalesce(remit_line.submitted_code, remit_line.code) is not null
),

decision as materialized (
  select
    line_decision.remit_claim_id,
    line_decision.line_number,
    line_decision.is_denied
  from mart.line_decision as line_decision
  where line_decision.remit_claim_id in (select unnest(list(answer.remit_claim_id)) from answer)
),

reason as (
  select
    adjustment.remit_claim_id,
    adjustment.line_number,
    list_sort(list_distinct(list(concat(adjustment.group_code, '-', adjustment.reason_code)))) as reasons
  from core.adjustment as adjustment
  where
    adjustment.line_number is not null
    and adjustment.remit_claim_id in (select unnest(list(answer.remit_claim_id)) from answer)
  group by adjustment.remit_claim_id, adjustment.line_number
)

select
  answered_line.encounter_id,
  answered_line.code,
  cast(sum(answered_line.charge_amount) as decimal(18, 2)) as charge_amount,
  cast(sum(answered_line.paid_amount) as decimal(18, 2)) as paid_amount,
  cast(sum(case when coalesce(decision.is_denied, false) then 1 else 0 end) as bigint) as denied_line_count,
  cast(count(*) as bigint) as line_count,
  list_sort(list_distinct(flatten(list(coalesce(reason.reasons, cast([] as varchar [])))))) as reasons
from answered_line
left join decision
  on decision.remit_claim_id = answered_line.remit_claim_id and decision.line_number = answered_line.line_number
left join reason
  on reason.remit_claim_id = answered_line.remit_claim_id and reason.line_number = answered_line.line_number
group by answered_line.encounter_id, answered_line.code
order by answered_line.encounter_id, answered_line.code
