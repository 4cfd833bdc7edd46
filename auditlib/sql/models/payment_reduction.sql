-- title: Billed lines and stays that the primary payer paid as less than was billed
-- row: one billed line, or one stay, that the latest answers paid otherwise than it was billed
-- key: remit_claim_id, line_number
-- needs: core.answered_line, core.answered_stay
-- cut: patient_control_number
-- rule: of a line the first that holds: bundled (recoded to the code of another line of the day and unpaid, or unpaid
--   beside a paid line with nothing but contractual reasons), a lower level of the same kind of visit, another code,
--   fewer units, below the contract. A line that is refused is a denial and never here. A stay is here where another
--   payment group was paid than the billed one, of a lower weight where both are known
-- source: ASC X12N 005010X221A1, SVC01, SVC05 to SVC07, CLP11, section 1.10.2.6 (bundling)
with
paid_line as (
  select
    answered_line.remit_claim_id,
    answered_line.paid_code,
    answered_line.service_date,
    min(answered_line.line_number) as line_number
  from core.answered_line as answered_line
  where answered_line.paid_amount > 0
  group by
    answered_line.remit_claim_id,
    answered_line.paid_code,
    answered_line.service_date
),

paid_payment as (
  select distinct paid_line.remit_claim_id
  from paid_line
),

judged as (
  select
    answered_line.remit_claim_id,
    answered_line.line_number,
    answered_line.claim_id,
    answered_line.encounter_id,
    coalesce(answered_line.claim_line_number, answered_line.line_number) as claim_line_number,
    answered_line.payer_key,
    answered_line.payer,
    answered_line.filing_code,
    answered_line.payment_date,
    answered_line.service_date,
    answered_line.code_system,
    answered_line.billed_code,
    answered_line.paid_code,
    answered_line.billed_unit_count,
    answered_line.paid_unit_count,
    answered_line.charge_amount,
    answered_line.allowed_amount,
    contract_line.contract_amount,
    contract_line.release as contract_release,
    case
      when answered_line.paid_code <> answered_line.billed_code
        and answered_line.paid_amount = 0
        and answered_line.patient_share_amount = 0
        and paid_line.remit_claim_id is not null
        then 'bundled'
      when answered_line.paid_code = answered_line.billed_code
        and answered_line.form = 'P'
        and answered_line.charge_amount > 0
        and answered_line.paid_amount = 0
        and answered_line.patient_share_amount = 0
        and answered_line.contractual_amount >= answered_line.charge_amount
        and paid_payment.remit_claim_id is not null
        then 'bundled'
      when billed_visit.visit_kind = paid_visit.visit_kind and answered_line.paid_code < answered_line.billed_code
        then 'visit level'
      when answered_line.paid_code <> answered_line.billed_code then 'code'
      when answered_line.paid_unit_count < answered_line.billed_unit_count and answered_line.taken_off_amount > 0
        then 'units'
      when contract_line.contract_amount > answered_line.allowed_amount then 'below contract'
    end as reduction
  from core.answered_line as answered_line
  left join paid_line
    on paid_line.remit_claim_id = answered_line.remit_claim_id
    and paid_line.paid_code = answered_line.paid_code
    and paid_line.service_date = answered_line.service_date
  left join core.visit_code as billed_visit
    on billed_visit.code = answered_line.billed_code
  left join core.visit_code as paid_visit
    on paid_visit.code = answered_line.paid_code
  left join paid_payment
    on paid_payment.remit_claim_id = answered_line.remit_claim_id
  left join core.contract_line as contract_line
    on contract_line.remit_claim_id = answered_line.remit_claim_id and contract_line.line_number = answered_line.line_number
  where not answered_line.is_refused and not answered_line.is_paid_by_group and answered_line.charge_amount >= 0
)

select
  cast(judged.remit_claim_id as bigint) as remit_claim_id,
  cast(judged.line_number as bigint) as line_number,
  cast(judged.reduction as varchar) as reduction,
  cast(judged.claim_id as bigint) as claim_id,
  cast(judged.encounter_id as varchar) as encounter_id,
  cast(judged.claim_line_number as bigint) as item_number,
  cast(judged.payer_key as varchar) as payer_key,
  cast(judged.payer as varchar) as payer,
  cast(judged.filing_code as varchar) as filing_code,
  cast(judged.payment_date as date) as payment_date,
  cast(judged.service_date as date) as service_date,
  cast(judged.code_system as varchar) as code_system,
  cast(judged.billed_code as varchar) as billed_code,
  cast(judged.paid_code as varchar) as paid_code,
  cast(judged.billed_unit_count as decimal(18, 4)) as billed_unit_count,
  cast(judged.paid_unit_count as decimal(18, 4)) as paid_unit_count,
  cast(null as decimal(18, 4)) as billed_weight,
  cast(null as decimal(18, 4)) as paid_weight,
  cast(judged.allowed_amount as decimal(18, 2)) as allowed_amount,
  cast(judged.contract_amount as decimal(18, 2)) as contract_amount,
  cast(judged.contract_release as varchar) as release
from judged
where judged.reduction is not null
union all
select
  answered_stay.remit_claim_id,
  cast(0 as bigint) as line_number,
  cast('payment group' as varchar) as reduction,
  answered_stay.claim_id,
  answered_stay.encounter_id,
  cast(0 as bigint) as item_number,
  cast(null as varchar) as payer_key,
  answered_stay.payer,
  answered_stay.filing_code,
  answered_stay.payment_date,
  answered_stay.service_date,
  cast('MS-DRG' as varchar) as code_system,
  answered_stay.billed_drg as billed_code,
  answered_stay.paid_drg as paid_code,
  cast(null as decimal(18, 4)) as billed_unit_count,
  cast(null as decimal(18, 4)) as paid_unit_count,
  answered_stay.billed_weight,
  answered_stay.paid_weight,
  answered_stay.paid_amount as allowed_amount,
  cast(null as decimal(18, 2)) as contract_amount,
  answered_stay.release
from core.answered_stay as answered_stay
where
  answered_stay.paid_drg <> answered_stay.billed_drg
  and not answered_stay.is_denied
  and coalesce(answered_stay.billed_weight > answered_stay.paid_weight, true)
order by remit_claim_id, line_number
