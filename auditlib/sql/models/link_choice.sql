-- title: The claim that fits each claim payment best
-- row: one claim payment that a claim fits well enough
-- key: remit_claim_id
-- needs: core.link_candidate
-- cut: patient_control_number
-- rule: the claims that the response names by reference are candidates. Without one, a candidate that nothing
--   contradicts is enough by the payer's control number that it refers to; by its patient with days, charge or lines; by
--   days and charge; by the first day and the payer, if no more than the charge is answered; or without days by charge
--   and payer within 90 days. The best by patient, chain that the control number leads to, payer, sequence, days,
--   charge, payee, facility, lines, time where no day is known, frequency and control number is taken; of several equal
--   ones the claim that was the latest when the payment was made, with a word whether they are one chain
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
    link_candidate.is_named,
    max(abs(link_candidate.control_match)) over (
      partition by link_candidate.remit_claim_id, claim_role.series_key
    ) as chain_match,
    link_candidate.is_timely,
    -- Of several claims that a response names, none is taken for a later state of another.
    case
      when link_candidate.is_named then cast(link_candidate.claim_id as varchar)
      else claim_role.series_key
    end as series_key,
    claim.submit_date,
    coalesce(claim.submit_date > remittance.payment_date, false) as is_sent_later,
    coalesce(remit_claim.claim_status_code, '') = '22' as is_reversal
  from core.link_candidate as link_candidate
  inner join core.claim as claim
    on claim.claim_id = link_candidate.claim_id
  inner join core.claim_role as claim_role
    on claim_role.claim_id = link_candidate.claim_id
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
    candidate.series_key,
    candidate.is_named,
    candidate.submit_date,
    candidate.is_sent_later,
    candidate.is_reversal,
    case
      when candidate.is_named then 'named by the response'
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
    based.series_key,
    based.is_named,
    based.submit_date,
    based.is_sent_later,
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
    ranked.is_reversal,
    ranked.is_named,
    count(*) over (partition by ranked.remit_claim_id) as candidate_count,
    min(ranked.series_key) over (partition by ranked.remit_claim_id)
      = max(ranked.series_key) over (partition by ranked.remit_claim_id) as is_one_chain,
    row_number() over (
      partition by ranked.remit_claim_id
      order by
        case when ranked.is_sent_later then 1 else 0 end,
        coalesce(ranked.submit_date, date '0001-01-01') desc,
        ranked.claim_id desc
    ) as preference
  from ranked
  where ranked.place = 1 or ranked.is_named
)

select
  cast(best.remit_claim_id as bigint) as remit_claim_id,
  cast(best.claim_id as bigint) as claim_id,
  cast(best.basis as varchar) as basis,
  cast(best.candidate_count as bigint) as candidate_count,
  best.is_one_chain,
  best.is_named,
  best.is_reversal
from best
where best.preference = 1
