-- title: The claim that each claim payment answers
-- row: one claim payment; claim_id is null where no claim, or more than one chain of claims, fits it
-- key: remit_claim_id
-- rule: candidates share the control number and agree in payer, service date or charge; among them payer, then sequence,
--   service date, charge and frequency decide in this order; what is still tied is linked only within one chain of
--   claims of one encounter (original and replacements), to the claim that was the latest when the payment was made
with candidate as (
  select
    remit_claim.remit_claim_id,
    claim.claim_id,
    claim.submit_date,
    remittance.payment_date,
    concat(
      claim.form, '|', coalesce(claim.payer_id, claim.payer_name, ''), '|', coalesce(claim.payer_sequence, 'P'), '|',
      coalesce(cast(claim.from_date as varchar), ''), '|', coalesce(claim_encounter.encounter_id, '')
    ) as claim_chain,
    case
      when remittance.payer_id = claim.payer_id then 1
      when upper(trim(remittance.payer_name)) = upper(trim(claim.payer_name)) then 1
      else 0
    end as same_payer,
    case
      when remit_claim.claim_status_code in ('1', '19') and coalesce(claim.payer_sequence, 'P') = 'P' then 1
      when remit_claim.claim_status_code in ('2', '20') and claim.payer_sequence = 'S' then 1
      when remit_claim.claim_status_code in ('3', '21') and claim.payer_sequence = 'T' then 1
      else 0
    end as same_sequence,
    case
      when remit_claim.from_date between claim.from_date and coalesce(claim.to_date, claim.from_date) then 1 else 0
    end as same_date,
    case when abs(remit_claim.charge_amount) = claim.charge_amount then 1 else 0 end as same_charge,
    case when remit_claim.frequency_code = claim.frequency_code then 1 else 0 end as same_frequency
  from core.remit_claim as remit_claim
  inner join core.remittance as remittance
    on remittance.remittance_id = remit_claim.remittance_id
  inner join core.claim as claim
    on claim.patient_control_number = remit_claim.patient_control_number
  left join core.claim_encounter as claim_encounter
    on claim_encounter.claim_id = claim.claim_id
),

ranked as (
  select
    candidate.remit_claim_id,
    candidate.claim_id,
    candidate.claim_chain,
    candidate.submit_date,
    candidate.payment_date,
    candidate.same_payer,
    candidate.same_date,
    candidate.same_charge,
    16 * candidate.same_payer + 8 * candidate.same_sequence + 4 * candidate.same_date
      + 2 * candidate.same_charge + candidate.same_frequency as agreement
  from candidate
  where candidate.same_payer + candidate.same_date + candidate.same_charge > 0
),

with_best as (
  select
    ranked.remit_claim_id,
    ranked.claim_id,
    ranked.claim_chain,
    ranked.submit_date,
    ranked.payment_date,
    ranked.same_payer,
    ranked.same_date,
    ranked.same_charge,
    ranked.agreement,
    max(ranked.agreement) over (partition by ranked.remit_claim_id) as best_agreement
  from ranked
),

best as (
  select
    with_best.remit_claim_id,
    with_best.claim_id,
    with_best.same_payer,
    with_best.same_date,
    with_best.same_charge,
    count(*) over (partition by with_best.remit_claim_id) as candidate_count,
    min(with_best.claim_chain) over (partition by with_best.remit_claim_id) as first_chain,
    max(with_best.claim_chain) over (partition by with_best.remit_claim_id) as last_chain,
    row_number() over (
      partition by with_best.remit_claim_id
      order by
        case when with_best.submit_date > with_best.payment_date then 1 else 0 end,
        coalesce(with_best.submit_date, date '0001-01-01') desc,
        with_best.claim_id desc
    ) as preference
  from with_best
  where with_best.agreement = with_best.best_agreement
),

numbered as (
  select distinct claim.patient_control_number
  from core.claim as claim
)

select
  cast(remit_claim.remit_claim_id as bigint) as remit_claim_id,
  cast(case when best.first_chain = best.last_chain then best.claim_id end as bigint) as claim_id,
  cast(
    case
      when best.first_chain = best.last_chain then concat(
        'control number',
        case when best.same_payer = 1 then ', payer' else '' end,
        case when best.same_date = 1 then ', service date' else '' end,
        case when best.same_charge = 1 then ', charge' else '' end,
        case when best.candidate_count > 1 then '; latest claim of its chain' else '' end
      )
      when best.remit_claim_id is not null then 'unmatched: several claims fit equally'
      when numbered.patient_control_number is not null
        then 'unmatched: claims with its control number agree in neither payer, date nor charge'
      else 'unmatched: no claim has its control number'
    end as varchar
  ) as link_method
from core.remit_claim as remit_claim
left join best
  on best.remit_claim_id = remit_claim.remit_claim_id and best.preference = 1
left join numbered
  on numbered.patient_control_number = remit_claim.patient_control_number
order by remit_claim_id
