-- title: The claim that each claim payment answers
-- row: one claim payment; claim_id is null where no claim, or more than one chain of claims, fits it
-- key: remit_claim_id
-- rule: a candidate that nothing contradicts is enough by the payer's control number that it refers to; by its patient
--   with days, charge or lines; by days and charge; by the first day and the payer, if no more than the charge is
--   answered; or without days by charge and payer within 90 days. The best by patient, chain that the control number
--   leads to, payer, sequence, days, charge, payee, facility, lines, time where no
--   day is known, frequency and control number is linked; several equal ones only within one chain, to the claim that
--   was the latest when the payment was made. A payment that is left, and a reversal that fits several claims of a
--   chain, goes to the claim that another payment with the payer's control number answers
with candidate as (
  select
    link_candidate.remit_claim_id,
    link_candidate.claim_id,
    link_candidate.patient_match,
    link_candidate.day_match,
    link_candidate.payer_match,
    link_candidate.sequence_match,
    link_candidate.payee_match,
    link_candidate.charge_match,
    link_candidate.facility_match,
    link_candidate.line_match,
    link_candidate.frequency_match,
    link_candidate.control_match,
    link_candidate.contradiction is null as is_possible,
    max(abs(link_candidate.control_match)) over (
      partition by
        link_candidate.remit_claim_id,
        claim.form, claim.payer_id, claim.payer_name, claim.payer_sequence, claim.from_date,
        claim_encounter.encounter_id, claim.billing_provider_id, claim.patient_id
    ) as chain_match,
    link_candidate.is_timely,
    concat(
      claim.form, '|', coalesce(claim.payer_id, claim.payer_name, ''), '|', coalesce(claim.payer_sequence, 'P'), '|',
      coalesce(cast(claim.from_date as varchar), ''), '|', coalesce(claim_encounter.encounter_id, ''), '|',
      coalesce(claim.billing_provider_id, ''), '|', coalesce(claim.patient_id, '')
    ) as claim_chain,
    claim.submit_date,
    coalesce(claim.submit_date > remittance.payment_date, false) as is_sent_later,
    coalesce(remit_claim.claim_status_code, '') = '22' as is_reversal,
    remit_claim.patient_control_number,
    remit_claim.payer_claim_control_number
  from core.link_candidate as link_candidate
  inner join core.claim as claim
    on claim.claim_id = link_candidate.claim_id
  left join core.claim_encounter as claim_encounter
    on claim_encounter.claim_id = link_candidate.claim_id
  inner join core.remit_claim as remit_claim
    on remit_claim.remit_claim_id = link_candidate.remit_claim_id
  inner join core.remittance as remittance
    on remittance.remittance_id = remit_claim.remittance_id
  where link_candidate.contradiction is null or link_candidate.control_match = -1
),

based as (
  select
    candidate.remit_claim_id,
    candidate.claim_id,
    candidate.patient_match,
    candidate.day_match,
    candidate.payer_match,
    candidate.sequence_match,
    candidate.payee_match,
    candidate.charge_match,
    candidate.facility_match,
    candidate.line_match,
    candidate.frequency_match,
    candidate.control_match,
    candidate.chain_match,
    candidate.day_match > 0 or candidate.is_timely or candidate.is_reversal as is_timely,
    candidate.claim_chain,
    candidate.submit_date,
    candidate.is_sent_later,
    candidate.is_reversal,
    candidate.patient_control_number,
    candidate.payer_claim_control_number,
    case
      when candidate.payee_match = -1
        then case
          when candidate.patient_match >= 2 and candidate.day_match = 2 and candidate.charge_match = 1 then 'patient'
        end
      when candidate.chain_match = 1 then 'payer''s control number'
      when candidate.patient_match >= 2
        and (
          candidate.day_match >= 1
          or candidate.line_match = 2
          or (candidate.charge_match = 1 and candidate.is_timely)
        ) then 'patient'
      when candidate.patient_match = 1
        and candidate.day_match >= 1
        and (candidate.charge_match = 1 or candidate.line_match >= 1 or candidate.payer_match = 1) then 'patient'
      when candidate.patient_match = 1
        and candidate.charge_match = 1
        and candidate.is_timely
        and (candidate.payer_match = 1 or candidate.payee_match = 1) then 'patient'
      when candidate.day_match >= 1 and candidate.charge_match = 1 then 'days and charge'
      when candidate.day_match = 2
        and candidate.charge_match = 0
        and candidate.line_match >= 0
        and candidate.payer_match = 1 then 'first day and payer'
      when candidate.day_match = 0
        and candidate.charge_match = 1
        and candidate.line_match >= 0
        and candidate.payer_match = 1
        and candidate.is_timely then 'charge and payer'
    end as basis
  from candidate
  where candidate.is_possible
),

ranked as (
  select
    based.remit_claim_id,
    based.claim_id,
    based.basis,
    based.claim_chain,
    based.submit_date,
    based.is_sent_later,
    based.patient_control_number,
    based.payer_claim_control_number,
    based.is_reversal,
    rank() over (
      partition by based.remit_claim_id
      order by
        based.patient_match desc,
        based.chain_match desc,
        greatest(based.payer_match, 0) desc,
        based.sequence_match desc,
        based.day_match desc,
        based.charge_match desc,
        based.payee_match desc,
        based.facility_match desc,
        based.line_match desc,
        based.is_timely desc,
        based.frequency_match desc,
        based.control_match desc
    ) as place
  from based
  where based.basis is not null
),

best as (
  select
    ranked.remit_claim_id,
    ranked.claim_id,
    ranked.basis,
    ranked.patient_control_number,
    ranked.payer_claim_control_number,
    ranked.is_reversal,
    count(*) over (partition by ranked.remit_claim_id) as candidate_count,
    min(ranked.claim_chain) over (partition by ranked.remit_claim_id)
      = max(ranked.claim_chain) over (partition by ranked.remit_claim_id) as is_one_chain,
    row_number() over (
      partition by ranked.remit_claim_id
      order by
        case when ranked.is_sent_later then 1 else 0 end,
        coalesce(ranked.submit_date, date '0001-01-01') desc,
        ranked.claim_id desc
    ) as preference
  from ranked
  where ranked.place = 1
),

left_over as (
  select
    candidate.remit_claim_id,
    candidate.claim_id,
    candidate.claim_chain,
    candidate.patient_control_number,
    candidate.payer_claim_control_number
  from candidate
  left join best
    on best.remit_claim_id = candidate.remit_claim_id and best.preference = 1
  where
    candidate.is_possible
    and candidate.payer_claim_control_number is not null
    and (
      not coalesce(best.is_one_chain, false)
      or (candidate.is_reversal and best.candidate_count > 1)
    )
),

by_other_payment as (
  select
    left_over.remit_claim_id,
    max(left_over.claim_id) as claim_id
  from left_over
  inner join best
    on best.patient_control_number = left_over.patient_control_number
    and best.payer_claim_control_number = left_over.payer_claim_control_number
    and best.claim_id = left_over.claim_id
    and best.preference = 1
    and best.is_one_chain
    and not best.is_reversal
  group by left_over.remit_claim_id
  having min(left_over.claim_chain) = max(left_over.claim_chain)
),

linked as (
  select
    best.remit_claim_id,
    best.claim_id,
    best.basis,
    best.candidate_count > 1 as is_latest_of_chain
  from best
  left join by_other_payment
    on by_other_payment.remit_claim_id = best.remit_claim_id
  where best.preference = 1 and best.is_one_chain and by_other_payment.remit_claim_id is null
  union all
  select
    by_other_payment.remit_claim_id,
    by_other_payment.claim_id,
    'payer''s control number of another payment' as basis,
    false as is_latest_of_chain
  from by_other_payment
),

-- What the candidates of a payment without a claim come to: the reason why it has none.
refused as (
  select
    link_candidate.remit_claim_id,
    count(*) as candidate_count,
    count(link_candidate.contradiction) as contradicted_count,
    min(link_candidate.contradiction) as first_contradiction,
    max(link_candidate.contradiction) as last_contradiction
  from core.link_candidate as link_candidate
  group by link_candidate.remit_claim_id
),

numbered as (
  select
    claim.patient_control_number,
    min(coalesce(claim.from_date, date '0001-01-01')) as first_day
  from core.claim as claim
  group by claim.patient_control_number
)

select
  cast(remit_claim.remit_claim_id as bigint) as remit_claim_id,
  cast(linked.claim_id as bigint) as claim_id,
  cast(
    case
      when linked.claim_id is not null then linked.basis
      when best.remit_claim_id is not null then 'ambiguous: several claims fit equally'
      when refused.contradicted_count < refused.candidate_count
        then 'unmatched: too little agrees besides the control number'
      when refused.first_contradiction <> refused.last_contradiction
        then 'unmatched: the claims of its control number are contradicted'
      when refused.remit_claim_id is not null then concat('unmatched: ', refused.first_contradiction)
      when numbered.patient_control_number is null then 'unmatched: no claim has its control number'
      when coalesce(remit_claim.claim_status_code, '') <> '25'
        and least(
          coalesce(remittance.payment_date, remit_claim.received_date),
          coalesce(remit_claim.received_date, remittance.payment_date)
        ) < numbered.first_day
        then 'unmatched: paid or received before the first day of service'
      else 'unmatched: other days of service'
    end as varchar
  ) as link_method,
  cast(
    case
      when linked.claim_id is not null then concat(
        'control number',
        case when linked_pair.control_match = 1 then ', payer''s control number' else '' end,
        case
          when linked_pair.member_match = 2 then ', member number'
          when linked_pair.member_match = 1 then ', end of the member number'
          else ''
        end,
        case
          when linked_pair.patient_match in (2, 4) then ', name'
          when linked_pair.patient_match = 1 then ', name or its sound'
          else ''
        end,
        case linked_pair.day_match when 2 then ', first day' when 1 then ', days' else '' end,
        case when linked_pair.charge_match = 1 then ', charge' else '' end,
        case when linked_pair.payer_match = 1 then ', payer' else '' end,
        case when linked_pair.payee_match = 1 then ', payee' else '' end,
        case when linked_pair.facility_match = 1 then ', facility' else '' end,
        case linked_pair.line_match when 2 then ', lines with charges' when 1 then ', lines' else '' end,
        case when linked_pair.frequency_match = 1 then ', frequency' else '' end,
        case when linked.is_latest_of_chain then '; latest claim of its chain' else '' end,
        case
          when linked_pair.member_match = -1
            or linked_pair.charge_match <> 1
            or linked_pair.payer_match = -1
            or linked_pair.payee_match = -1
            or linked_pair.facility_match = -1
            or linked_pair.line_match = -1
            then concat(
              '; differs:',
              case when linked_pair.member_match = -1 then ' member number' else '' end,
              case when linked_pair.charge_match <> 1 then ' charge' else '' end,
              case when linked_pair.payer_match = -1 then ' payer' else '' end,
              case when linked_pair.payee_match = -1 then ' payee' else '' end,
              case when linked_pair.facility_match = -1 then ' facility' else '' end,
              case when linked_pair.line_match = -1 then ' lines' else '' end
            )
          else ''
        end
      )
    end as varchar
  ) as evidence
from core.remit_claim as remit_claim
inner join core.remittance as remittance
  on remittance.remittance_id = remit_claim.remittance_id
left join linked
  on linked.remit_claim_id = remit_claim.remit_claim_id
left join core.link_candidate as linked_pair
  on linked_pair.remit_claim_id = linked.remit_claim_id and linked_pair.claim_id = linked.claim_id
left join best
  on best.remit_claim_id = remit_claim.remit_claim_id and best.preference = 1
left join refused
  on refused.remit_claim_id = remit_claim.remit_claim_id
left join numbered
  on numbered.patient_control_number = remit_claim.patient_control_number
order by remit_claim_id
