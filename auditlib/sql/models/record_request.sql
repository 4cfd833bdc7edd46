-- title: The requests for records that payers made in answers and status reports
-- row: one day on which the primary payer, or a status report, asked for records of a claim
-- key: claim_id, request_number
-- cut: patient_control_number
-- rule: an answer that denied something asks for records by its reason (163, 164, 226, 250, 251, 252) or by a remark that
--   names a document of the record as missing, incomplete or not sent; a status report (277) asks by a category of
--   requests (R) or as pended for information of the provider (P3). It is answered by the first answer of the primary
--   payer on a later day
-- source: X12 claim adjustment reason codes, remittance advice remark codes and claim status category codes; remarks as
--   listed in 2022, with N29 and N102, which older files hold
with
asking_remark as (
  select asked.remark_code
  from (
    values
      ('M29'), ('M30'), ('M31'), ('M127'), ('M129'), ('M141'), ('N26'), ('N29'), ('N40'), ('N42'), ('N102'),
      ('N178'), ('N204'), ('N205'), ('N221'), ('N222'), ('N223'), ('N224'), ('N232'), ('N233'), ('N236'), ('N237'),
      ('N238'), ('N240'), ('N242'), ('N244'), ('N366'), ('N391'), ('N392'), ('N393'), ('N394'), ('N395'), ('N396'),
      ('N439'), ('N440'), ('N445'), ('N446'), ('N451'), ('N452'), ('N453'), ('N454'), ('N455'), ('N456'), ('N457'),
      ('N458'), ('N459'), ('N460'), ('N461'), ('N462'), ('N463'), ('N464'), ('N465'), ('N466'), ('N467'), ('N468'),
      ('N495'), ('N496'), ('N555'), ('N556'), ('N667'), ('N668'), ('N678'), ('N679'), ('N705'), ('N706'), ('N707'),
      ('N708'), ('N709'), ('N710'), ('N711'), ('N712'), ('N713'), ('N714'), ('N715'), ('N716'), ('N717'), ('N718'),
      ('N729'), ('N730'), ('N731'), ('N736'), ('N737'), ('N738'), ('N739'), ('N745'), ('N746'), ('N749'), ('N750'),
      ('N768'), ('N785'), ('N791'), ('N792')
  ) as asked (remark_code)
),

answer as (
  select
    payer_response.chain_id,
    payer_response.remit_claim_id,
    payer_response.payment_date
  from mart.payer_response as payer_response
  where payer_response.answer_number is not null
),

asked_by_answer as (
  select distinct
    answer.chain_id,
    answer.payment_date as request_date,
    concat(adjustment_class.group_code, '-', adjustment_class.reason_code) as asked_by
  from answer
  inner join mart.adjustment_class as adjustment_class
    on adjustment_class.remit_claim_id = answer.remit_claim_id
    and adjustment_class.adjustment_class = 'denial'
    and adjustment_class.reason_code in ('163', '164', '226', '250', '251', '252')
  union
  select distinct
    answer.chain_id,
    answer.payment_date as request_date,
    remark.remark_code as asked_by
  from answer
  inner join mart.claim_decision as claim_decision
    on claim_decision.remit_claim_id = answer.remit_claim_id and claim_decision.denied_amount > 0
  inner join core.remark as remark
    on remark.remit_claim_id = answer.remit_claim_id
  inner join asking_remark
    on asking_remark.remark_code = remark.remark_code
),

asking_status as (
  select
    claim_status.claim_status_id,
    claim_status.status_number,
    claim_status.patient_control_number,
    claim_status.provider_id,
    claim_status.from_date,
    coalesce(claim_status.status_date, claim_status.response_date) as request_date,
    concat('status ', claim_status.status_category_code) as asked_by
  from core.claim_status as claim_status
  where
    claim_status.transaction_kind <> '277CA'
    and (substring(claim_status.status_category_code, 1, 1) = 'R' or claim_status.status_category_code = 'P3')
),

-- A status names no claim but by its account: of several chains none is taken.
asked_by_status as (
  select
    max(claim_chain.chain_id) as chain_id,
    asking_status.request_date,
    asking_status.asked_by
  from asking_status
  inner join core.claim as claim
    on claim.patient_control_number = asking_status.patient_control_number
    and coalesce(claim.submit_date <= asking_status.request_date, true)
    and coalesce(claim.billing_provider_id = asking_status.provider_id, true)
    and coalesce(asking_status.from_date between claim.from_date and coalesce(claim.to_date, claim.from_date), true)
  inner join core.claim_chain as claim_chain
    on claim_chain.claim_id = claim.claim_id and claim_chain.chain_id is not null
  group by
    asking_status.claim_status_id,
    asking_status.status_number,
    asking_status.request_date,
    asking_status.asked_by
  having min(claim_chain.chain_id) = max(claim_chain.chain_id)
),

request as (
  select
    asked.chain_id,
    asked.request_date,
    string_agg(asked.asked_by, ', ' order by asked.asked_by) as asked_by,
    max(case when asked.asked_by like 'status %' then 1 else 0 end) as is_by_status
  from (
    select asked_by_answer.chain_id, asked_by_answer.request_date, asked_by_answer.asked_by
    from asked_by_answer
    union
    select asked_by_status.chain_id, asked_by_status.request_date, asked_by_status.asked_by
    from asked_by_status
  ) as asked
  where asked.request_date is not null
  group by
    asked.chain_id,
    asked.request_date
),

answered as (
  select
    request.chain_id,
    request.request_date,
    min(answer.payment_date) as answer_date
  from request
  inner join answer
    on answer.chain_id = request.chain_id and answer.payment_date > request.request_date
  group by
    request.chain_id,
    request.request_date
)

select
  cast(request.chain_id as bigint) as claim_id,
  cast(row_number() over (partition by request.chain_id order by request.request_date) as bigint) as request_number,
  cast(request.request_date as date) as request_date,
  cast(case when request.is_by_status = 1 then 'status report' else 'remittance' end as varchar) as asked_in,
  cast(request.asked_by as varchar) as asked_by,
  cast(answered.answer_date as date) as answer_date
from request
left join answered
  on answered.chain_id = request.chain_id and answered.request_date = request.request_date
order by claim_id, request_number
