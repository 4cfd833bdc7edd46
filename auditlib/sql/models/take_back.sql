-- title: The provider-level adjustments with the claim that each takes money back from, and the balances carried forward
-- row: one provider-level adjustment of a remittance (PLB)
-- key: remittance_id, adjustment_number
-- rule: a positive adjustment lowers the payment, a negative one raises it. An adjustment is tied to the one claim whose
--   payments its reference names: by the payer's control number, by that and the account number, or by the account
--   number alone where no more is moved than was paid on it; of several claims to the one that was reversed by the same
--   dollars. A negative one that no number ties goes to the only claim of its remittance that a reversal leaves with as
--   many dollars less (of a balance carried forward: with no fewer), and what has its reference goes to that claim too.
--   Payments of another payer or payee, or of a later day, tie nothing. What is carried forward (FB below 0) or deferred
--   (WO below 0) is open until positive adjustments with the same reference, or on the same claim, have taken it back,
--   the oldest first
-- source: ASC X12N 005010X221A1, PLB, sections 1.10.2.12 (balance forward) and 1.10.2.17 (overpayment recovery); X12
--   requests for interpretation 2223 and 2370 on what PLB03-2 names
-- needs: core.provider_adjustment
with
named_kind as (
  select named.reason_code, named.kind, named.negative_kind
  from (
    values
      ('WO', 'recovery', 'recovery deferred'),
      ('WU', 'recovery', 'recovery deferred'),
      ('FB', 'balance settled', 'balance carried forward'),
      ('72', 'refund', 'refund'),
      ('CS', 'adjustment', 'adjustment'),
      ('J1', 'not reimbursable', 'not reimbursable'),
      ('L6', 'interest', 'interest'),
      ('50', 'penalty', 'penalty'),
      ('51', 'penalty', 'penalty'),
      ('L3', 'penalty', 'penalty'),
      ('E3', 'withholding', 'withholding'),
      ('IR', 'levy or tax', 'levy or tax'),
      ('LE', 'levy or tax', 'levy or tax')
  ) as named (reason_code, kind, negative_kind)
),

place as (
  select counted.place
  from (
    values
      (1), (2), (3), (4), (5), (6), (7), (8), (9), (10), (11), (12), (13), (14), (15), (16), (17), (18), (19), (20),
      (21), (22), (23), (24), (25), (26), (27), (28), (29), (30), (31), (32), (33), (34), (35), (36), (37), (38),
      (39), (40), (41), (42), (43), (44), (45), (46), (47), (48), (49)
  ) as counted (place)
),

adjustment as (
  select
    provider_adjustment.remittance_id,
    provider_adjustment.adjustment_number,
    upper(trim(coalesce(provider_adjustment.reason_code, ''))) as reason_code,
    nullif(upper(trim(provider_adjustment.reference_number)), '') as reference,
    provider_adjustment.adjustment_amount,
    remittance.payment_date,
    upper(trim(remittance.payer_id)) as payer_id,
    upper(trim(remittance.payer_name)) as payer_name,
    remittance.payee_npi,
    remittance.payee_tax_id,
    coalesce(upper(trim(remittance.payer_id)), upper(trim(remittance.payer_name)), '') as payer_key,
    coalesce(provider_adjustment.provider_id, remittance.payee_npi, remittance.payee_tax_id, remittance.payee_id, '')
      as payee_key
  from core.provider_adjustment as provider_adjustment
  inner join core.remittance as remittance
    on remittance.remittance_id = provider_adjustment.remittance_id
),

reference as (
  select distinct adjustment.reference
  from adjustment
  where adjustment.reference is not null
),

beginning as (
  select
    reference.reference,
    substring(reference.reference, 1, place.place) as first_part,
    substring(reference.reference, place.place + 1) as rest
  from reference
  inner join place
    on place.place < length(reference.reference)
  union all
  select
    reference.reference,
    reference.reference as first_part,
    '' as rest
  from reference
),

naming as (
  select
    beginning.reference,
    remit_claim.remit_claim_id,
    case
      when beginning.rest = '' then 1
      when length(remit_claim.patient_control_number) >= 5
        and position(upper(remit_claim.patient_control_number) in beginning.rest) > 0
        then 2
      else 3
    end as preference
  from beginning
  inner join core.remit_claim as remit_claim
    on upper(remit_claim.payer_claim_control_number) = beginning.first_part
  where
    beginning.rest = ''
    or (
      length(remit_claim.patient_control_number) >= 5
      and position(upper(remit_claim.patient_control_number) in beginning.rest) > 0
    )
    or (length(beginning.first_part) >= 8 and substring(beginning.rest, 1, 1) in (' ', '-', '/', '#', '_', '.', ',', '|'))
  union all
  select
    beginning.reference,
    remit_claim.remit_claim_id,
    case when beginning.rest = '' then 4 else 2 end as preference
  from beginning
  inner join core.remit_claim as remit_claim
    on upper(remit_claim.patient_control_number) = beginning.first_part
  where
    beginning.rest = ''
    or (
      length(remit_claim.payer_claim_control_number) >= 5
      and position(upper(remit_claim.payer_claim_control_number) in beginning.rest) > 0
    )
),

-- Remittances into which money was put that a reversal in them may have taken back.
put_back as (
  select distinct adjustment.remittance_id
  from adjustment
  where adjustment.reason_code in ('FB', 'WO', 'WU', 'CS') and adjustment.adjustment_amount < 0
),

concerned as (
  select remit_claim.remit_claim_id
  from core.remit_claim as remit_claim
  where remit_claim.remittance_id in (select put_back.remittance_id from put_back)
  union
  select naming.remit_claim_id
  from naming
),

-- The claim that each payment is of: its chain, else the account and first day that it names.
payment as (
  select
    remit_claim.remit_claim_id,
    remit_claim.remittance_id,
    remit_claim.paid_amount,
    coalesce(remit_claim.claim_status_code = '22', false) as is_reversal,
    coalesce(claim_chain.chain_id, claim_link.claim_id) as claim_id,
    case
      when claim_link.claim_id is not null
        then concat('claim ', cast(coalesce(claim_chain.chain_id, claim_link.claim_id) as varchar))
      else concat(
        'account ', remit_claim.patient_control_number, ' ', coalesce(cast(remit_claim.from_date as varchar), '')
      )
    end as claim_key
  from concerned
  inner join core.remit_claim as remit_claim
    on remit_claim.remit_claim_id = concerned.remit_claim_id
  left join core.claim_link as claim_link
    on claim_link.remit_claim_id = remit_claim.remit_claim_id
  left join core.claim_chain as claim_chain
    on claim_chain.claim_id = claim_link.claim_id
),

candidate as (
  select
    adjustment.remittance_id,
    adjustment.adjustment_number,
    adjustment.adjustment_amount,
    naming.preference,
    payment.remit_claim_id,
    payment.paid_amount,
    payment.claim_id,
    payment.claim_key,
    payment.is_reversal and abs(payment.paid_amount) = abs(adjustment.adjustment_amount) as is_same_reversal,
    coalesce(
      upper(trim(remittance.payer_id)) = adjustment.payer_id
      or upper(trim(remittance.payer_name)) = adjustment.payer_name,
      false
    ) as is_payer,
    not coalesce(
      remittance.payee_npi <> adjustment.payee_npi
      and not coalesce(remittance.payee_tax_id = adjustment.payee_tax_id, false),
      false
    ) as is_payee,
    coalesce(remittance.payment_date <= adjustment.payment_date, true) as is_no_later
  from adjustment
  inner join naming
    on naming.reference = adjustment.reference
  inner join payment
    on payment.remit_claim_id = naming.remit_claim_id
  inner join core.remittance as remittance
    on remittance.remittance_id = payment.remittance_id
),

refused as (
  select
    candidate.remittance_id,
    candidate.adjustment_number,
    max(case when candidate.is_payer then 1 else 0 end) as has_payer,
    max(case when candidate.is_payer and candidate.is_payee then 1 else 0 end) as has_payee,
    max(case when candidate.is_payer and candidate.is_payee and candidate.is_no_later then 1 else 0 end) as has_fitting
  from candidate
  group by
    candidate.remittance_id,
    candidate.adjustment_number
),

fitting as (
  select
    candidate.remittance_id,
    candidate.adjustment_number,
    candidate.claim_key,
    max(candidate.claim_id) as claim_id,
    max(candidate.remit_claim_id) as remit_claim_id,
    min(candidate.preference) as preference,
    max(case when candidate.is_same_reversal then 1 else 0 end) as is_same_reversal
  from candidate
  where candidate.is_payer and candidate.is_payee and candidate.is_no_later
  group by
    candidate.remittance_id,
    candidate.adjustment_number,
    candidate.claim_key
  having
    min(candidate.preference) < 4
    or sum(case when candidate.preference = 4 and candidate.paid_amount > 0 then candidate.paid_amount else 0 end)
      >= abs(max(candidate.adjustment_amount))
),

ranked as (
  select
    fitting.remittance_id,
    fitting.adjustment_number,
    fitting.claim_key,
    fitting.claim_id,
    fitting.remit_claim_id,
    fitting.preference,
    fitting.is_same_reversal,
    min(fitting.preference) over (partition by fitting.remittance_id, fitting.adjustment_number) as best_preference
  from fitting
),

best as (
  select
    ranked.remittance_id,
    ranked.adjustment_number,
    ranked.claim_key,
    ranked.claim_id,
    ranked.remit_claim_id,
    ranked.preference,
    ranked.is_same_reversal,
    count(*) over (partition by ranked.remittance_id, ranked.adjustment_number) as claim_count,
    sum(ranked.is_same_reversal) over (partition by ranked.remittance_id, ranked.adjustment_number)
      as same_reversal_count
  from ranked
  where ranked.preference = ranked.best_preference
),

by_number as (
  select
    best.remittance_id,
    best.adjustment_number,
    best.claim_key,
    best.claim_id,
    best.remit_claim_id,
    concat(
      case best.preference
        when 1 then 'payer''s control number'
        when 2 then 'account and payer''s control number'
        when 3 then 'payer''s control number at the beginning'
        else 'account number'
      end,
      case when best.claim_count > 1 then ', reversal of the same dollars' else '' end
    ) as tied_by
  from best
  where best.claim_count = 1 or (best.same_reversal_count = 1 and best.is_same_reversal = 1)
),

ambiguous as (
  select distinct
    best.remittance_id,
    best.adjustment_number
  from best
  where best.claim_count > 1 and best.same_reversal_count <> 1
),

-- What was put into the remittance because money that a reversal takes back was not taken back at once.
unnamed as (
  select
    adjustment.remittance_id,
    adjustment.adjustment_number,
    adjustment.reason_code,
    adjustment.adjustment_amount,
    count(*) over (partition by adjustment.remittance_id, adjustment.reason_code = 'FB', adjustment.adjustment_amount)
      as same_amount_count,
    sum(case when adjustment.reason_code = 'FB' then 1 else 0 end) over (partition by adjustment.remittance_id)
      as balance_count
  from adjustment
  left join by_number
    on by_number.remittance_id = adjustment.remittance_id
    and by_number.adjustment_number = adjustment.adjustment_number
  left join ambiguous
    on ambiguous.remittance_id = adjustment.remittance_id
    and ambiguous.adjustment_number = adjustment.adjustment_number
  where
    adjustment.reason_code in ('FB', 'WO', 'WU', 'CS')
    and by_number.remittance_id is null
    and ambiguous.remittance_id is null
),

net_reversal as (
  select
    payment.remittance_id,
    payment.claim_key,
    max(payment.claim_id) as claim_id,
    max(case when payment.is_reversal then payment.remit_claim_id end) as remit_claim_id,
    sum(payment.paid_amount) as net_amount
  from payment
  where payment.remittance_id in (select unnamed.remittance_id from unnamed where unnamed.adjustment_amount < 0)
  group by
    payment.remittance_id,
    payment.claim_key
  having sum(payment.paid_amount) < 0 and max(case when payment.is_reversal then 1 else 0 end) = 1
),

reversed as (
  select
    net_reversal.remittance_id,
    count(*) as claim_count
  from net_reversal
  group by net_reversal.remittance_id
),

reversal_pair as (
  select
    unnamed.remittance_id,
    unnamed.adjustment_number,
    unnamed.reason_code,
    net_reversal.claim_key,
    net_reversal.claim_id,
    net_reversal.remit_claim_id,
    count(*) over (partition by unnamed.remittance_id, unnamed.adjustment_number) as claim_count
  from unnamed
  inner join net_reversal
    on net_reversal.remittance_id = unnamed.remittance_id
    and (
      (unnamed.reason_code = 'FB' and unnamed.balance_count = 1)
      or (
        unnamed.reason_code <> 'FB'
        and unnamed.same_amount_count = 1
        and net_reversal.net_amount = unnamed.adjustment_amount
      )
    )
  where unnamed.adjustment_amount < 0
),

by_reversal as (
  select
    reversal_pair.remittance_id,
    reversal_pair.adjustment_number,
    reversal_pair.claim_key,
    reversal_pair.claim_id,
    reversal_pair.remit_claim_id,
    case
      when reversal_pair.reason_code = 'FB' then 'only reversal of its remittance'
      else 'reversal of the same dollars in its remittance'
    end as tied_by
  from reversal_pair
  inner join net_reversal
    on net_reversal.remittance_id = reversal_pair.remittance_id and net_reversal.claim_key = reversal_pair.claim_key
  inner join unnamed
    on unnamed.remittance_id = reversal_pair.remittance_id
    and unnamed.adjustment_number = reversal_pair.adjustment_number
  where reversal_pair.claim_count = 1 and net_reversal.net_amount <= unnamed.adjustment_amount
),

tied_reference as (
  select
    adjustment.payer_key,
    adjustment.payee_key,
    adjustment.reference,
    min(by_reversal.claim_key) as claim_key,
    max(by_reversal.claim_id) as claim_id,
    max(by_reversal.remit_claim_id) as remit_claim_id,
    min(coalesce(adjustment.payment_date, date '0001-01-01')) as first_date
  from by_reversal
  inner join adjustment
    on adjustment.remittance_id = by_reversal.remittance_id
    and adjustment.adjustment_number = by_reversal.adjustment_number
    and adjustment.reference is not null
  group by
    adjustment.payer_key,
    adjustment.payee_key,
    adjustment.reference
  having min(by_reversal.claim_key) = max(by_reversal.claim_key)
),

by_reference as (
  select
    unnamed.remittance_id,
    unnamed.adjustment_number,
    tied_reference.claim_key,
    tied_reference.claim_id,
    tied_reference.remit_claim_id,
    'reference of an adjustment that a reversal ties' as tied_by
  from unnamed
  inner join adjustment
    on adjustment.remittance_id = unnamed.remittance_id
    and adjustment.adjustment_number = unnamed.adjustment_number
  inner join tied_reference
    on tied_reference.payer_key = adjustment.payer_key
    and tied_reference.payee_key = adjustment.payee_key
    and tied_reference.reference = adjustment.reference
    and tied_reference.first_date <= coalesce(adjustment.payment_date, date '9999-12-31')
  left join by_reversal
    on by_reversal.remittance_id = unnamed.remittance_id
    and by_reversal.adjustment_number = unnamed.adjustment_number
  where by_reversal.remittance_id is null
),

tied as (
  select
    by_number.remittance_id,
    by_number.adjustment_number,
    by_number.claim_key,
    by_number.claim_id,
    by_number.remit_claim_id,
    by_number.tied_by
  from by_number
  union all
  select
    by_reversal.remittance_id,
    by_reversal.adjustment_number,
    by_reversal.claim_key,
    by_reversal.claim_id,
    by_reversal.remit_claim_id,
    by_reversal.tied_by
  from by_reversal
  union all
  select
    by_reference.remittance_id,
    by_reference.adjustment_number,
    by_reference.claim_key,
    by_reference.claim_id,
    by_reference.remit_claim_id,
    by_reference.tied_by
  from by_reference
),

moved as (
  select
    adjustment.remittance_id,
    adjustment.adjustment_number,
    adjustment.reference,
    adjustment.adjustment_amount,
    concat(
      adjustment.payer_key,
      '|',
      adjustment.payee_key,
      '|',
      case when adjustment.reason_code = 'FB' then 'FB' else 'WO' end,
      '|',
      case
        when adjustment.reason_code <> 'FB' and tied.claim_key is not null then tied.claim_key
        when adjustment.reference is not null then concat('reference ', adjustment.reference)
        else concat(
          'adjustment ', cast(adjustment.remittance_id as varchar), ' ', cast(adjustment.adjustment_number as varchar)
        )
      end
    ) as series_key,
    coalesce(adjustment.payment_date, date '9999-12-31') as payment_day,
    case when adjustment.adjustment_amount < 0 then 0 else 1 end as is_settling
  from adjustment
  left join tied
    on tied.remittance_id = adjustment.remittance_id and tied.adjustment_number = adjustment.adjustment_number
  where adjustment.reason_code in ('FB', 'WO', 'WU')
),

numbered as (
  select
    moved.remittance_id,
    moved.adjustment_number,
    moved.adjustment_amount,
    moved.series_key,
    row_number() over (
      partition by moved.series_key
      order by
        moved.payment_day,
        moved.is_settling,
        moved.adjustment_amount,
        moved.reference,
        moved.remittance_id,
        moved.adjustment_number
    ) as step_number
  from moved
),

summed as (
  select
    numbered.remittance_id,
    numbered.adjustment_number,
    numbered.adjustment_amount,
    numbered.series_key,
    numbered.step_number,
    sum(-numbered.adjustment_amount) over (
      partition by numbered.series_key
      order by numbered.step_number
      rows between unbounded preceding and current row
    ) as running_amount
  from numbered
),

-- A balance cannot fall below 0: what is settled beyond it settles nothing that is loaded.
floored as (
  select
    summed.remittance_id,
    summed.adjustment_number,
    summed.adjustment_amount,
    summed.series_key,
    summed.step_number,
    summed.running_amount,
    least(
      0,
      min(summed.running_amount) over (
        partition by summed.series_key
        order by summed.step_number
        rows between unbounded preceding and current row
      )
    ) as floor_amount
  from summed
),

balance as (
  select
    floored.remittance_id,
    floored.adjustment_number,
    coalesce(lag(floored.floor_amount) over (partition by floored.series_key order by floored.step_number), 0)
      - floored.floor_amount as not_carried_amount,
    last_value(floored.running_amount - floored.floor_amount) over (
      partition by floored.series_key
      order by floored.step_number
      rows between unbounded preceding and unbounded following
    ) as last_balance_amount,
    coalesce(
      sum(case when floored.adjustment_amount < 0 then -floored.adjustment_amount else 0 end) over (
        partition by floored.series_key
        order by floored.step_number
        rows between 1 following and unbounded following
      ),
      0
    ) as carried_later_amount
  from floored
)

select
  cast(adjustment.remittance_id as bigint) as remittance_id,
  cast(adjustment.adjustment_number as bigint) as adjustment_number,
  cast(
    coalesce(
      case when adjustment.adjustment_amount < 0 then named_kind.negative_kind else named_kind.kind end, 'other'
    ) as varchar
  ) as kind,
  cast(adjustment.adjustment_amount as decimal(18, 2)) as adjustment_amount,
  cast(tied.claim_id as bigint) as claim_id,
  cast(tied.remit_claim_id as bigint) as remit_claim_id,
  cast(tied.tied_by as varchar) as tied_by,
  cast(
    case
      when tied.tied_by is not null then null
      when ambiguous.remittance_id is not null then 'several claims have its number'
      when refused.has_fitting = 1 then 'it moves more than was paid on the account that it names'
      when refused.has_payee = 1 then 'its number is of later payments only'
      when refused.has_payer = 1 then 'its number is of another payee''s payments'
      when refused.remittance_id is not null then 'its number is of another payer''s payments'
      when reversed.claim_count > 1 and adjustment.reason_code = 'FB' and adjustment.adjustment_amount < 0
        then 'several claims are reversed in its remittance'
      when adjustment.reason_code = 'FB' and adjustment.adjustment_amount < 0
        then 'no one reversal of its remittance explains it'
      when adjustment.reason_code = 'FB' and balance.not_carried_amount > 0
        then 'the balance that it settles is not loaded'
      when adjustment.reason_code = 'FB' then 'the balance that it settles is of no one claim'
      when adjustment.reference is null then 'it has no reference'
      else 'no loaded payment has its number'
    end as varchar
  ) as why_not_tied,
  cast(
    case
      when adjustment.adjustment_amount < 0 and balance.remittance_id is not null
        then least(
          -adjustment.adjustment_amount, greatest(0, balance.last_balance_amount - balance.carried_later_amount)
        )
    end as decimal(18, 2)
  ) as open_amount,
  cast(
    case when adjustment.reason_code = 'FB' and adjustment.adjustment_amount >= 0 then balance.not_carried_amount end
    as decimal(18, 2)
  ) as not_carried_amount
from adjustment
left join named_kind
  on named_kind.reason_code = adjustment.reason_code
left join tied
  on tied.remittance_id = adjustment.remittance_id and tied.adjustment_number = adjustment.adjustment_number
left join ambiguous
  on ambiguous.remittance_id = adjustment.remittance_id and ambiguous.adjustment_number = adjustment.adjustment_number
left join refused
  on refused.remittance_id = adjustment.remittance_id and refused.adjustment_number = adjustment.adjustment_number
left join reversed
  on reversed.remittance_id = adjustment.remittance_id
left join balance
  on balance.remittance_id = adjustment.remittance_id and balance.adjustment_number = adjustment.adjustment_number
order by remittance_id, adjustment_number
