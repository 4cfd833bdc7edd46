-- title: The payment group by which the primary payer paid each stay, beside the billed one
-- row: one of the latest answers that states a payment group (DRG), or that answers a claim which states one
-- key: remit_claim_id
-- needs: mart.first_and_latest_answer
-- cut: patient_control_number
-- rule: groups are compared as three digits. The relative weights are those of the loaded table of the day of discharge;
--   where both groups have one, what the payment lacks is the payment times the weight of the billed group over that
--   of the paid one, less the payment
-- source: ASC X12N 005010X221A1, CLP11, and 005010X223A2, HI*DR; CMS IPPS final rule, Table 5
with
answer as (
  select
    first_and_latest_answer.remit_claim_id,
    claim_link.claim_id,
    claim_role.encounter_id,
    remit_claim.filing_code,
    coalesce(remittance.payer_name, remittance.payer_id) as payer,
    remittance.payment_date,
    coalesce(claim.to_date, claim.from_date) as service_date,
    case
      when regexp_matches(ltrim(trim(claim.drg_code), '0'), '^[0-9]{1,3}$') then lpad(ltrim(trim(claim.drg_code), '0'), 3, '0')
    end as billed_drg,
    case
      when regexp_matches(ltrim(trim(remit_claim.drg_code), '0'), '^[0-9]{1,3}$')
        then lpad(ltrim(trim(remit_claim.drg_code), '0'), 3, '0')
    end as paid_drg,
    remit_claim.paid_amount,
    claim_decision.is_denied
  from mart.first_and_latest_answer as first_and_latest_answer
  inner join mart.claim_decision as claim_decision
    on claim_decision.remit_claim_id = first_and_latest_answer.remit_claim_id
  inner join core.remit_claim as remit_claim
    on remit_claim.remit_claim_id = first_and_latest_answer.remit_claim_id
  inner join core.remittance as remittance
    on remittance.remittance_id = remit_claim.remittance_id
  inner join core.claim_link as claim_link
    on claim_link.remit_claim_id = first_and_latest_answer.remit_claim_id
  inner join core.claim as claim
    on claim.claim_id = claim_link.claim_id
  inner join core.claim_role as claim_role
    on claim_role.claim_id = claim.claim_id
  where first_and_latest_answer.is_latest and coalesce(claim.drg_code, remit_claim.drg_code) is not null
),

stated_group as (
  select
    answer.billed_drg as drg,
    answer.service_date
  from answer
  union
  select
    answer.paid_drg as drg,
    answer.service_date
  from answer
),

weighed as (
  select
    stated_group.drg,
    stated_group.service_date,
    drg.release,
    drg.weight,
    row_number() over (
      partition by stated_group.drg, stated_group.service_date
      order by drg.effective_from desc, drg.release desc
    ) as preference
  from stated_group
  inner join ref.drg as drg
    on drg.drg = stated_group.drg
    and drg.weight > 0
    and drg.effective_from <= stated_group.service_date
    and coalesce(drg.effective_to, date '9999-12-31') >= stated_group.service_date
)

select
  cast(answer.remit_claim_id as bigint) as remit_claim_id,
  cast(answer.claim_id as bigint) as claim_id,
  cast(answer.encounter_id as varchar) as encounter_id,
  cast(answer.payer as varchar) as payer,
  cast(answer.filing_code as varchar) as filing_code,
  cast(answer.payment_date as date) as payment_date,
  cast(answer.service_date as date) as service_date,
  cast(answer.billed_drg as varchar) as billed_drg,
  cast(answer.paid_drg as varchar) as paid_drg,
  cast(billed.weight as decimal(18, 4)) as billed_weight,
  cast(paid.weight as decimal(18, 4)) as paid_weight,
  cast(billed.release as varchar) as release,
  cast(answer.paid_amount as decimal(18, 2)) as paid_amount,
  answer.is_denied
from answer
left join weighed as billed
  on billed.drg = answer.billed_drg and billed.service_date = answer.service_date and billed.preference = 1
left join weighed as paid
  on paid.drg = answer.paid_drg and paid.service_date = answer.service_date and paid.preference = 1
order by answer.remit_claim_id
