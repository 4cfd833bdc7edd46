-- title: The claim that each claim payment answers
-- row: one claim payment; claim_id is null where no claim, or more than one chain of claims, fits it
-- key: remit_claim_id
-- needs: core.remit_claim, core.link_choice
-- cut: patient_control_number
-- rule: the claim that fits a payment best (link_choice) is linked, unless several fit equally that are not one chain,
--   or the response names several. A payment that is left, and a reversal that fits several claims of a chain, goes to
--   the claim that another payment with the payer's control number answers. Each link says what agrees and what
--   differs; a payment without a claim says why it has none
with left_over as (
  select
    link_candidate.remit_claim_id,
    link_candidate.claim_id,
    claim_role.series_key,
    remit_claim.patient_control_number,
    remit_claim.payer_claim_control_number
  from core.link_candidate as link_candidate
  inner join core.claim_role as claim_role
    on claim_role.claim_id = link_candidate.claim_id
  inner join core.remit_claim as remit_claim
    on remit_claim.remit_claim_id = link_candidate.remit_claim_id
    and remit_claim.payer_claim_control_number is not null
  left join core.link_choice as link_choice
    on link_choice.remit_claim_id = link_candidate.remit_claim_id
  where
    link_candidate.contradiction is null
    and not link_candidate.is_named
    and (
      not coalesce(link_choice.is_one_chain, false)
      or (link_choice.is_reversal and link_choice.candidate_count > 1)
    )
),

by_other_payment as (
  select
    left_over.remit_claim_id,
    max(left_over.claim_id) as claim_id
  from left_over
  inner join core.link_choice as link_choice
    on link_choice.claim_id = left_over.claim_id
    and link_choice.is_one_chain
    and not link_choice.is_reversal
  inner join core.remit_claim as other_payment
    on other_payment.remit_claim_id = link_choice.remit_claim_id
    and other_payment.patient_control_number = left_over.patient_control_number
    and other_payment.payer_claim_control_number = left_over.payer_claim_control_number
  group by left_over.remit_claim_id
  having min(left_over.series_key) = max(left_over.series_key)
),

linked as (
  select
    link_choice.remit_claim_id,
    link_choice.claim_id,
    link_choice.basis,
    link_choice.candidate_count > 1 as is_latest_of_chain
  from core.link_choice as link_choice
  left join by_other_payment
    on by_other_payment.remit_claim_id = link_choice.remit_claim_id
  where link_choice.is_one_chain and by_other_payment.remit_claim_id is null
  union all
  select
    by_other_payment.remit_claim_id,
    by_other_payment.claim_id,
    'payer''s control number of another payment' as basis,
    false as is_latest_of_chain
  from by_other_payment
),

with_evidence as (
  select
    linked.remit_claim_id,
    linked.claim_id,
    linked.basis as link_method,
    concat(
      case
        when not linked_pair.is_named then 'control number'
        when linked_pair.has_control_number then 'reference, control number'
        else 'reference'
      end,
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
    ) as evidence
  from linked
  inner join core.link_candidate as linked_pair
    on linked_pair.remit_claim_id = linked.remit_claim_id and linked_pair.claim_id = linked.claim_id
),

unlinked as (
  select
    remit_claim.remit_claim_id,
    remit_claim.patient_control_number,
    coalesce(remit_claim.claim_status_code, '') as claim_status_code,
    least(
      coalesce(remittance.payment_date, remit_claim.received_date),
      coalesce(remit_claim.received_date, remittance.payment_date)
    ) as answer_date
  from core.remit_claim as remit_claim
  inner join core.remittance as remittance
    on remittance.remittance_id = remit_claim.remittance_id
  left join linked
    on linked.remit_claim_id = remit_claim.remit_claim_id
  where linked.remit_claim_id is null
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
  inner join unlinked
    on unlinked.remit_claim_id = link_candidate.remit_claim_id
  group by link_candidate.remit_claim_id
),

asking as (
  select distinct answered_address.remit_claim_id
  from core.answered_address as answered_address
),

unlinked_number as (
  select distinct unlinked.patient_control_number
  from unlinked
),

numbered as (
  select
    claim.patient_control_number,
    min(coalesce(claim.from_date, date '0001-01-01')) as first_day
  from core.claim as claim
  inner join unlinked_number
    on unlinked_number.patient_control_number = claim.patient_control_number
  group by claim.patient_control_number
),

with_reason as (
  select
    unlinked.remit_claim_id,
    case
      when link_choice.is_named then 'ambiguous: the response names several claims'
      when link_choice.remit_claim_id is not null then 'ambiguous: several claims fit equally'
      when refused.contradicted_count < refused.candidate_count
        then 'unmatched: too little agrees besides the control number'
      when refused.first_contradiction <> refused.last_contradiction
        then 'unmatched: the claims of its control number are contradicted'
      when refused.remit_claim_id is not null then concat('unmatched: ', refused.first_contradiction)
      when numbered.patient_control_number is null and asking.remit_claim_id is not null
        then 'unmatched: the claim that the response names is not loaded'
      when numbered.patient_control_number is null then 'unmatched: no claim has its control number'
      when unlinked.claim_status_code <> '25' and unlinked.answer_date < numbered.first_day
        then 'unmatched: paid or received before the first day of service'
      else 'unmatched: other days of service'
    end as link_method
  from unlinked
  left join asking
    on asking.remit_claim_id = unlinked.remit_claim_id
  left join core.link_choice as link_choice
    on link_choice.remit_claim_id = unlinked.remit_claim_id
  left join refused
    on refused.remit_claim_id = unlinked.remit_claim_id
  left join numbered
    on numbered.patient_control_number = unlinked.patient_control_number
)

select
  cast(with_evidence.remit_claim_id as bigint) as remit_claim_id,
  cast(with_evidence.claim_id as bigint) as claim_id,
  cast(with_evidence.link_method as varchar) as link_method,
  cast(with_evidence.evidence as varchar) as evidence
from with_evidence
union all
select
  cast(with_reason.remit_claim_id as bigint) as remit_claim_id,
  cast(null as bigint) as claim_id,
  cast(with_reason.link_method as varchar) as link_method,
  cast(null as varchar) as evidence
from with_reason
order by remit_claim_id
