-- The inpatient claims of some charts with the latest answer of their primary payer: what it paid, the patient's share, and
-- what keeps a stay from being priced by weight alone. One row per claim; answer_count says how many answers there are.
with answer as (
  select
    claim_link.claim_id,
    count(*) as answer_count,
    min(remit_claim.filing_code) as filing_code,
    sum(remit_claim.paid_amount) as paid_amount,
    sum(coalesce(of_claim.deductible_amount, 0)) as deductible_amount,
    sum(coalesce(of_claim.coinsurance_amount, 0)) as coinsurance_amount,
    sum(coalesce(of_claim.sequestered_amount, 0)) as sequestered_amount
  from mart.first_and_latest_answer as first_and_latest_answer
  inner join core.remit_claim as remit_claim
    on remit_claim.remit_claim_id = first_and_latest_answer.remit_claim_id
  inner join core.claim_link as claim_link
    on claim_link.remit_claim_id = remit_claim.remit_claim_id
  left join (
    select
      adjustment.remit_claim_id,
      sum(case when adjustment.group_code = 'PR' and adjustment.reason_code = '1' then adjustment.adjustment_amount else 0 end)
        as deductible_amount,
      sum(case when adjustment.group_code = 'PR' and adjustment.reason_code <> '1' then adjustment.adjustment_amount else 0 end)
        as coinsurance_amount,
      sum(case when adjustment.reason_code = '253' then adjustment.adjustment_amount else 0 end) as sequestered_amount
    from core.adjustment as adjustment
    group by adjustment.remit_claim_id
  ) as of_claim
    on of_claim.remit_claim_id = remit_claim.remit_claim_id
  where first_and_latest_answer.is_latest
  group by claim_link.claim_id
),

outlier as (
  select distinct claim_code.claim_id
  from core.claim_code as claim_code
  where
    (claim_code.code_kind = 'condition' and claim_code.code in ('60', '61', '66'))
    or (claim_code.code_kind = 'value' and claim_code.code = '17')
    or (claim_code.code_kind = 'occurrence' and claim_code.code = '47')
)

select
  claim_encounter.encounter_id,
  claim.claim_id,
  coalesce(claim.filing_code, answer.filing_code) as filing_code,
  claim.billing_provider_id,
  claim.billing_provider_id as rendering_provider_id,
  coalesce(claim.to_date, claim.from_date) as service_date,
  claim.discharge_status_code,
  answer.answer_count,
  cast(answer.paid_amount as decimal(18, 2)) as paid_amount,
  cast(answer.deductible_amount as decimal(18, 2)) as deductible_amount,
  cast(answer.coinsurance_amount as decimal(18, 2)) as coinsurance_amount,
  cast(answer.sequestered_amount as decimal(18, 2)) as sequestered_amount,
  outlier.claim_id is not null as is_outlier
from core.claim as claim
inner join core.claim_encounter as claim_encounter
  on claim_encounter.claim_id = claim.claim_id
inner join answer
  on answer.claim_id = claim.claim_id
left join outlier
  on outlier.claim_id = claim.claim_id
where
  list_contains($encounter_ids, claim_encounter.encounter_id)
  and claim.form = 'I'
  and substring(ltrim(claim.type_of_bill, '0'), 1, 2) = '11'
order by claim_encounter.encounter_id, claim.claim_id
