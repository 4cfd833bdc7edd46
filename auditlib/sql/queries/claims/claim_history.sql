-- title: The history of the claims of one account, in order
-- row: one claim sent, rejected before adjudication, or paid; payments of the account's number that answer no claim stand last
-- rule: chosen are the chains in which a claim has the number as its control number or encounter; net_paid_amount is what
--   all payers have paid on the chain up to and with the event, reversals taken off
with chosen as (
  select distinct coalesce(claim_chain.chain_id, claim.claim_id) as chain_key
  from core.claim as claim
  left join core.claim_chain as claim_chain
    on claim_chain.claim_id = claim.claim_id
  left join core.claim_encounter as claim_encounter
    on claim_encounter.claim_id = claim.claim_id
  where claim.patient_control_number = $number or claim_encounter.encounter_id = $number
),

member as (
  select
    claim.claim_id,
    coalesce(claim_chain.chain_id, claim.claim_id) as chain_key,
    claim_chain.relation,
    claim_chain.chain_method
  from core.claim as claim
  left join core.claim_chain as claim_chain
    on claim_chain.claim_id = claim.claim_id
  inner join chosen
    on chosen.chain_key = coalesce(claim_chain.chain_id, claim.claim_id)
),

adjusted as (
  select
    adjustment.remit_claim_id,
    string_agg(
      concat(coalesce(adjustment.group_code, '?'), '-', coalesce(adjustment.reason_code, '?'), ' ', adjustment.adjustment_amount),
      ', '
      order by adjustment.adjustment_number
    ) as adjustments
  from core.adjustment as adjustment
  inner join core.remit_claim as remit_claim
    on remit_claim.remit_claim_id = adjustment.remit_claim_id
  left join core.claim_link as claim_link
    on claim_link.remit_claim_id = adjustment.remit_claim_id
  where
    claim_link.claim_id in (select member.claim_id from member)
    or (claim_link.claim_id is null and remit_claim.patient_control_number = $number)
  group by adjustment.remit_claim_id
),

-- Remarks by which a first payer says that it forwarded the claim.
forwarded as (
  select distinct remark.remit_claim_id
  from core.remark as remark
  where remark.remark_code in ('MA18', 'N89')
),

event as (
  select
    member.chain_key,
    claim.submit_date as event_date,
    0 as kind_number,
    concat('claim: ', member.relation) as event,
    claim.claim_id,
    cast(null as bigint) as remit_claim_id,
    claim.payer_name,
    claim.original_reference_number as reference_number,
    claim.charge_amount,
    cast(null as decimal(18, 2)) as paid_amount,
    cast(null as varchar) as adjustments,
    member.chain_method as how_linked,
    claim.source_file_id,
    claim.source_offset
  from member
  inner join core.claim as claim
    on claim.claim_id = member.claim_id
  union all
  select
    member.chain_key,
    remittance.payment_date as event_date,
    case when remit_claim.claim_status_code = '22' then 1 else 2 end as kind_number,
    case
      when orphan_reversal.remit_claim_id is not null then 'reversal without its payment'
      when remit_claim.claim_status_code = '22' then 'reversal'
      when coalesce(remit_claim.crossover_payer_name, remit_claim.crossover_payer_id) is not null
        then concat(
          'payment, status ', coalesce(remit_claim.claim_status_code, 'unknown'), ', forwarded to ',
          coalesce(remit_claim.crossover_payer_name, remit_claim.crossover_payer_id)
        )
      when remit_claim.claim_status_code in ('19', '20', '21') or forwarded.remit_claim_id is not null
        then concat('payment, status ', coalesce(remit_claim.claim_status_code, 'unknown'), ', forwarded to another payer')
      else concat('payment, status ', coalesce(remit_claim.claim_status_code, 'unknown'))
    end as event,
    member.claim_id,
    remit_claim.remit_claim_id,
    remittance.payer_name,
    remit_claim.payer_claim_control_number as reference_number,
    remit_claim.charge_amount,
    remit_claim.paid_amount,
    adjusted.adjustments,
    case
      when claim_link.evidence is null then claim_link.link_method
      else concat(claim_link.link_method, ': ', claim_link.evidence)
    end as how_linked,
    remit_claim.source_file_id,
    remit_claim.source_offset
  from core.remit_claim as remit_claim
  inner join core.remittance as remittance
    on remittance.remittance_id = remit_claim.remittance_id
  inner join core.claim_link as claim_link
    on claim_link.remit_claim_id = remit_claim.remit_claim_id
  left join member
    on member.claim_id = claim_link.claim_id
  left join adjusted
    on adjusted.remit_claim_id = remit_claim.remit_claim_id
  left join mart.orphan_reversal as orphan_reversal
    on orphan_reversal.remit_claim_id = remit_claim.remit_claim_id
  left join forwarded
    on forwarded.remit_claim_id = remit_claim.remit_claim_id
  where
    member.claim_id is not null
    or (claim_link.claim_id is null and remit_claim.patient_control_number = $number)
  union all
  select
    member.chain_key,
    front_end_rejection.rejection_date as event_date,
    1 as kind_number,
    concat(
      'rejected before adjudication: ', front_end_rejection.transaction_kind, ' ',
      front_end_rejection.rejection_level, ', ', front_end_rejection.rejection_code
    ) as event,
    member.claim_id,
    cast(null as bigint) as remit_claim_id,
    front_end_rejection.rejected_by as payer_name,
    cast(null as varchar) as reference_number,
    claim.charge_amount,
    cast(null as decimal(18, 2)) as paid_amount,
    cast(null as varchar) as adjustments,
    'control number, batch or envelope' as how_linked,
    front_end_rejection.source_file_id,
    front_end_rejection.source_offset
  from core.front_end_rejection as front_end_rejection
  inner join member
    on member.claim_id = front_end_rejection.claim_id
  inner join core.claim as claim
    on claim.claim_id = member.claim_id
)

select
  cast(event.chain_key as bigint) as chain_id,
  cast(
    row_number() over (
      partition by event.chain_key
      order by coalesce(event.event_date, date '9999-12-31'), event.kind_number, event.remit_claim_id, event.claim_id
    ) as bigint
  ) as step_number,
  cast(event.event_date as date) as event_date,
  cast(event.event as varchar) as event,
  cast(event.payer_name as varchar) as payer_name,
  cast(event.reference_number as varchar) as reference_number,
  cast(event.charge_amount as decimal(18, 2)) as charge_amount,
  cast(event.paid_amount as decimal(18, 2)) as paid_amount,
  cast(
    sum(coalesce(event.paid_amount, 0)) over (
      partition by event.chain_key
      order by coalesce(event.event_date, date '9999-12-31'), event.kind_number, event.remit_claim_id, event.claim_id
      rows between unbounded preceding and current row
    ) as decimal(18, 2)
  ) as net_paid_amount,
  cast(event.adjustments as varchar) as adjustments,
  cast(event.how_linked as varchar) as how_linked,
  cast(event.claim_id as bigint) as claim_id,
  cast(event.remit_claim_id as bigint) as remit_claim_id,
  cast(source_file.file_name as varchar) as file_name,
  cast(event.source_offset as bigint) as source_offset
from event
inner join core.source_file as source_file
  on source_file.source_file_id = event.source_file_id
order by chain_id nulls last, step_number
