-- title: The claims that each claim payment may answer, with what agrees and what contradicts
-- row: one claim payment and one claim that it names by reference; of a payment that names none, one claim of its
--   control number; none where their days of service do not meet, or where it was paid before the first of them and is
--   no predetermination
-- key: remit_claim_id, claim_id
-- needs: core.remit_claim
-- cut: patient_control_number
-- rule: what only one side states counts neither way. Names agree by key or by sound; another payer's member number
--   counts only where it agrees. Another patient, a payee whose NPI and tax number both differ, another charge
--   together with another facility or with none of the lines, and an answer to a replacement, or to what the claim
--   replaces, contradict. A claim that the response names is contradicted by another patient only
-- source: ASC X12N 005010X221A1 (CLP, NM1*QC, DTM, N1*PE, REF*TJ) beside 005010X222A1 and X223A2 (CLM, NM1*IL, REF*EI)
with payment as (
  select
    remit_claim.remit_claim_id,
    remit_claim.patient_control_number,
    coalesce(remit_claim.claim_status_code, '') as claim_status_code,
    abs(remit_claim.charge_amount) as charge_amount,
    remit_claim.from_date,
    coalesce(remit_claim.to_date, remit_claim.from_date) as to_date,
    remit_claim.received_date,
    remit_claim.payer_claim_control_number,
    remit_claim.facility_code,
    remit_claim.frequency_code,
    remit_claim.member_key,
    remit_claim.member_stem_key,
    remit_claim.member_end,
    remit_claim.family_name_key,
    remit_claim.family_name_sound,
    remit_claim.given_name_key,
    remit_claim.given_name_sound,
    remittance.payer_id,
    upper(trim(remittance.payer_name)) as payer_name,
    remittance.payment_date,
    coalesce(remittance.payee_npi, case when length(remittance.payee_id) = 10 then remittance.payee_id end) as payee_npi,
    coalesce(remittance.payee_tax_id, case when length(remittance.payee_id) = 9 then remittance.payee_id end)
      as payee_tax_id
  from core.remit_claim as remit_claim
  inner join core.remittance as remittance
    on remittance.remittance_id = remit_claim.remittance_id
),

naming as (
  select distinct named_claim.remit_claim_id
  from core.named_claim as named_claim
),

candidate as (
  select
    payment.remit_claim_id,
    claim.claim_id,
    false as is_named,
    false as is_other_patient
  from payment
  inner join core.claim as claim
    on claim.patient_control_number = payment.patient_control_number
    and (
      payment.from_date is null
      or claim.from_date is null
      or (payment.from_date <= coalesce(claim.to_date, claim.from_date) and payment.to_date >= claim.from_date)
    )
    and (
      payment.claim_status_code = '25'
      or claim.from_date is null
      or coalesce(payment.payment_date, payment.received_date) is null
      or least(
        coalesce(payment.payment_date, payment.received_date), coalesce(payment.received_date, payment.payment_date)
      ) >= claim.from_date
    )
  left join naming
    on naming.remit_claim_id = payment.remit_claim_id
  where naming.remit_claim_id is null
  union all
  select
    named_claim.remit_claim_id,
    named_claim.claim_id,
    true as is_named,
    named_claim.is_other_patient
  from core.named_claim as named_claim
),

pair as (
  select
    payment.remit_claim_id,
    claim.claim_id,
    candidate.is_named,
    candidate.is_other_patient,
    payment.patient_control_number = claim.patient_control_number as has_control_number,
    case
      when payment.payer_id = claim.payer_id or payment.payer_name = upper(trim(claim.payer_name)) then 1
      when coalesce(payment.payer_id, payment.payer_name, claim.payer_id, claim.payer_name) is null then 0
      else -1
    end as payer_match,
    case
      when payment.claim_status_code in ('1', '19') and coalesce(claim.payer_sequence, 'P') = 'P' then 1
      when payment.claim_status_code in ('2', '20') and claim.payer_sequence = 'S' then 1
      when payment.claim_status_code in ('3', '21') and claim.payer_sequence = 'T' then 1
      else 0
    end as sequence_match,
    case
      when payment.from_date is null or claim.from_date is null then 0
      when payment.from_date = claim.from_date then 2
      else 1
    end as day_match,
    case
      when payment.charge_amount = claim.charge_amount then 1
      when payment.charge_amount < claim.charge_amount then 0
      else -1
    end as charge_match,
    case
      when payment.payee_npi = claim.billing_provider_id or payment.payee_tax_id = claim.billing_tax_id then 1
      when payment.payee_npi <> claim.billing_provider_id and payment.payee_tax_id <> claim.billing_tax_id then -2
      when payment.payee_npi <> claim.billing_provider_id or payment.payee_tax_id <> claim.billing_tax_id then -1
      else 0
    end as payee_match,
    case
      when payment.facility_code = coalesce(substring(claim.type_of_bill, 1, 2), claim.place_of_service) then 1
      when payment.facility_code <> coalesce(substring(claim.type_of_bill, 1, 2), claim.place_of_service) then -1
      else 0
    end as facility_match,
    case
      when payment.frequency_code = claim.frequency_code then 1
      when payment.frequency_code <> claim.frequency_code then -1
      else 0
    end as frequency_match,
    case
      when payment.payer_claim_control_number <> claim.original_reference_number then 0
      when payment.payer_claim_control_number is null or claim.original_reference_number is null then 0
      when payment.claim_status_code = '22' or payment.payment_date < claim.submit_date then -1
      else 1
    end as control_match,
    coalesce(
      payment.frequency_code in ('7', '8') and coalesce(claim.frequency_code, '1') not in ('5', '6', '7', '8'), false
    ) as is_of_replacement,
    case
      when payment.member_key in (claim.member_key, claim.member_stem_key) then 2
      when payment.member_stem_key = claim.member_key then 2
      when payment.member_key is null and payment.member_end = claim.member_end then 1
      when payment.member_key <> claim.member_key then -1
      else 0
    end as member_match,
    case
      when payment.family_name_key = claim.family_name_key then 2
      when payment.family_name_sound = claim.family_name_sound then 1
      when payment.family_name_key <> claim.family_name_key then -1
      else 0
    end as family_match,
    case
      when payment.given_name_key = claim.given_name_key then 2
      when substring(payment.given_name_sound, 1, length(claim.given_name_sound)) = claim.given_name_sound then 1
      when substring(claim.given_name_sound, 1, length(payment.given_name_sound)) = payment.given_name_sound then 1
      when payment.given_name_sound <> claim.given_name_sound then -1
      else 0
    end as given_match,
    -- A payer that states no day answers within 90 days, or it may as well answer another visit.
    datediff('day', coalesce(claim.submit_date, payment.payment_date), payment.payment_date) between 0 and 90
      as is_timely
  from candidate
  inner join payment
    on payment.remit_claim_id = candidate.remit_claim_id
  inner join core.claim as claim
    on claim.claim_id = candidate.claim_id
),

judged as (
  select
    pair.remit_claim_id,
    pair.claim_id,
    pair.is_named,
    pair.has_control_number,
    pair.payer_match,
    pair.sequence_match,
    pair.day_match,
    pair.charge_match,
    pair.payee_match,
    pair.facility_match,
    pair.frequency_match,
    pair.control_match,
    pair.is_of_replacement,
    pair.member_match,
    pair.is_timely,
    case
      when pair.is_other_patient then -1
      when pair.is_named then 0
      when pair.given_match = -1 then -1
      when pair.member_match = 2 and pair.given_match = 2 then 4
      when pair.member_match = 2 then 3
      when pair.member_match = -1 and pair.payer_match = 1 then
        case when pair.family_match = 2 and pair.given_match = 2 then 1 else -1 end
      when pair.family_match = -1 then -1
      when pair.family_match = 2 and pair.given_match = 2 then 2
      when pair.member_match = 1 then 1
      when pair.family_match >= 1 and pair.given_match >= 1 then 1
      else 0
    end as patient_match,
    count(*) over (partition by pair.remit_claim_id) as pair_count
  from pair
),

-- Lines are compared only where they can decide: where the charge differs, no day is known or several claims are left.
in_doubt as (
  select
    judged.remit_claim_id,
    judged.claim_id
  from judged
  where
    judged.patient_match >= 0
    and judged.payee_match > -2
    and (judged.pair_count > 1 or judged.charge_match <> 1 or judged.day_match = 0)
),

claim_item as (
  select
    claim_line.claim_id,
    claim_line.code as item,
    claim_line.charge_amount
  from core.claim_line as claim_line
  where claim_line.code is not null
  union
  select
    claim_line.claim_id,
    claim_line.revenue_code as item,
    claim_line.charge_amount
  from core.claim_line as claim_line
  where claim_line.revenue_code is not null
),

claim_with_items as (
  select distinct claim_item.claim_id
  from claim_item
),

line_compared as (
  select
    in_doubt.remit_claim_id,
    in_doubt.claim_id,
    remit_line.line_number,
    max(case when claim_item.item is not null then 1 else 0 end) as is_on_claim,
    max(case when claim_item.charge_amount = abs(remit_line.charge_amount) then 1 else 0 end) as is_same_charge
  from in_doubt
  inner join claim_with_items
    on claim_with_items.claim_id = in_doubt.claim_id
  inner join core.remit_line as remit_line
    on remit_line.remit_claim_id = in_doubt.remit_claim_id
    and coalesce(remit_line.submitted_code, remit_line.code, remit_line.revenue_code) is not null
  left join claim_item
    on claim_item.claim_id = in_doubt.claim_id
    and claim_item.item = coalesce(remit_line.submitted_code, remit_line.code, remit_line.revenue_code)
  group by
    in_doubt.remit_claim_id,
    in_doubt.claim_id,
    remit_line.line_number
),

lines_judged as (
  select
    line_compared.remit_claim_id,
    line_compared.claim_id,
    case
      when sum(line_compared.is_same_charge) = count(*) then 2
      when sum(line_compared.is_on_claim) = count(*) then 1
      when sum(line_compared.is_on_claim) = 0 then -1
      else 0
    end as line_match
  from line_compared
  group by
    line_compared.remit_claim_id,
    line_compared.claim_id
)

select
  cast(judged.remit_claim_id as bigint) as remit_claim_id,
  cast(judged.claim_id as bigint) as claim_id,
  cast(judged.patient_match as bigint) as patient_match,
  cast(judged.member_match as bigint) as member_match,
  cast(judged.day_match as bigint) as day_match,
  cast(judged.payer_match as bigint) as payer_match,
  cast(judged.sequence_match as bigint) as sequence_match,
  cast(judged.payee_match as bigint) as payee_match,
  cast(judged.charge_match as bigint) as charge_match,
  cast(judged.facility_match as bigint) as facility_match,
  cast(coalesce(lines_judged.line_match, 0) as bigint) as line_match,
  cast(judged.frequency_match as bigint) as frequency_match,
  cast(judged.control_match as bigint) as control_match,
  coalesce(judged.is_timely, true) as is_timely,
  cast(
    case
      when judged.patient_match = -1 then 'another patient'
      when judged.is_named then null
      when judged.payee_match = -2 then 'another payee'
      when judged.is_of_replacement then 'answers a replacement'
      when judged.control_match = -1 then 'answers the claim that it replaces'
      when judged.charge_match <> 1 and judged.facility_match = -1 then 'another charge and facility'
      when judged.charge_match <> 1 and lines_judged.line_match = -1 then 'another charge and none of the lines'
    end as varchar
  ) as contradiction,
  judged.is_named,
  judged.has_control_number
from judged
left join lines_judged
  on lines_judged.remit_claim_id = judged.remit_claim_id and lines_judged.claim_id = judged.claim_id
