-- What the primary payer answered at last on the lines of encounters' claims: one row for each code, with its lines
-- summed and the reasons of what was not paid.
with answer as (
  select distinct
    claim_encounter.encounter_id,
    first_and_latest_answer.remit_claim_id
  from core.claim_encounter as claim_encounter
  inner join core.claim_link as claim_link
    on claim_link.claim_id = claim_encounter.claim_id
  inner join mart.first_and_latest_answer as first_and_latest_answer
    on first_and_latest_answer.remit_claim_id = claim_link.remit_claim_id and first_and_latest_answer.is_latest
  where claim_encounter.encounter_id in (select unnest($encounter_ids))
),

reason as (
  select
    adjustment.remit_claim_id,
    adjustment.line_number,
    list_sort(list_distinct(list(concat(adjustment.group_code, '-', adjustment.reason_code)))) as reasons
  from core.adjustment as adjustment
  where
    adjustment.line_number is not null
    and adjustment.remit_claim_id in (select answer.remit_claim_id from answer)
  group by adjustment.remit_claim_id, adjustment.line_number
)

select
  answer.encounter_id,
  coalesce(remit_line.submitted_code, remit_line.code) as code,
  cast(sum(remit_line.charge_amount) as decimal(18, 2)) as charge_amount,
  cast(sum(remit_line.paid_amount) as decimal(18, 2)) as paid_amount,
  cast(sum(case when coalesce(line_decision.is_denied, false) then 1 else 0 end) as bigint) as denied_line_count,
  cast(count(*) as bigint) as line_count,
  list_sort(list_distinct(flatten(list(coalesce(reason.reasons, cast([] as varchar [])))))) as reasons
from answer
inner join core.remit_line as remit_line
  on remit_line.remit_claim_id = answer.remit_claim_id
left join mart.line_decision as line_decision
  on line_decision.remit_claim_id = remit_line.remit_claim_id and line_decision.line_number = remit_line.line_number
left join reason
  on reason.remit_claim_id = remit_line.remit_claim_id and reason.line_number = remit_line.line_number
where coalesce(remit_line.submitted_code, remit_line.code) is not null
group by answer.encounter_id, coalesce(remit_line.submitted_code, remit_line.code)
order by answer.encounter_id, code
