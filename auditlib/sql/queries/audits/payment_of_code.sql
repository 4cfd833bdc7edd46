-- What the primary payer paid in the end for a service or supply of some encounters, where its own line shows it: one row
-- per code that the coder listed once, that one line of one claim billed, and that one line of the latest answers paid.
-- Not where the line is denied or unpaid for reasons of no list, the payer paid another code, the stay is paid by its
-- DRG, or the lines do not add up to the payment of the claim.
with answer as (
  select
    claim_encounter.encounter_id,
    claim_link.claim_id,
    remit_claim.remit_claim_id,
    remit_claim.drg_code,
    remit_claim.paid_amount
  from mart.first_and_latest_answer as first_and_latest_answer
  inner join core.remit_claim as remit_claim
    on remit_claim.remit_claim_id = first_and_latest_answer.remit_claim_id
  inner join core.claim_link as claim_link
    on claim_link.remit_claim_id = remit_claim.remit_claim_id
  inner join core.claim_encounter as claim_encounter
    on claim_encounter.claim_id = claim_link.claim_id
  where first_and_latest_answer.is_latest and list_contains($encounter_ids, claim_encounter.encounter_id)
),

answered_line as (
  select
    answer.encounter_id,
    answer.claim_id,
    coalesce(remit_line.submitted_code, remit_line.code) as code,
    remit_line.code as paid_code,
    remit_line.paid_amount,
    coalesce(line_decision.is_denied, false) or coalesce(line_decision.is_unmapped, false) as is_refused,
    answer.drg_code,
    answer.paid_amount as claim_paid_amount,
    sum(remit_line.paid_amount) over (partition by remit_line.remit_claim_id) as lines_paid_amount
  from answer
  inner join core.remit_line as remit_line
    on remit_line.remit_claim_id = answer.remit_claim_id
  left join mart.line_decision as line_decision
    on line_decision.remit_claim_id = remit_line.remit_claim_id and line_decision.line_number = remit_line.line_number
),

answered_once as (
  select
    answered_line.encounter_id,
    answered_line.code,
    max(answered_line.claim_id) as claim_id,
    max(answered_line.paid_amount) as paid_amount
  from answered_line
  group by
    answered_line.encounter_id,
    answered_line.code
  having count(*) = 1
    and max(answered_line.paid_amount) > 0
    and max(case when answered_line.is_refused then 1 else 0 end) = 0
    and max(answered_line.paid_code) = answered_line.code
    and max(answered_line.drg_code) is null
    and max(answered_line.claim_paid_amount) = max(answered_line.lines_paid_amount)
),

billed_once as (
  select
    claim_line.claim_id,
    claim_line.code
  from core.claim_line as claim_line
  inner join answer
    on answer.claim_id = claim_line.claim_id
  group by
    claim_line.claim_id,
    claim_line.code
  having count(distinct claim_line.line_number) = 1
),

listed_once as (
  select
    encounter_code.encounter_id,
    encounter_code.code,
    max(encounter_code.code_system) as code_system
  from core.encounter_code as encounter_code
  where list_contains($encounter_ids, encounter_code.encounter_id) and encounter_code.code_system in ('CPT', 'HCPCS', 'CDT')
  group by
    encounter_code.encounter_id,
    encounter_code.code
  having count(*) = 1
)

select
  answered_once.encounter_id,
  listed_once.code_system,
  answered_once.code,
  cast(answered_once.paid_amount as decimal(18, 2)) as line_paid_amount
from answered_once
inner join billed_once
  on billed_once.claim_id = answered_once.claim_id and billed_once.code = answered_once.code
inner join listed_once
  on listed_once.encounter_id = answered_once.encounter_id and listed_once.code = answered_once.code
order by answered_once.encounter_id, answered_once.code
