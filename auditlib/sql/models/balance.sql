-- title: Claims, payments, lines and remittances whose money does not add up
-- row: one rule that one of them breaks
-- key: source_file_id, source_offset, balance_rule
-- cut: remittance_id
-- rule: X12 005010X221A1, 1.10.2.1: charge less adjustments is the payment, of a line and of a claim payment; a claim's
--   charge is that of its lines; payments less provider adjustments are what was paid in all; to the cent. FHIR and RIF
--   files tell neither all adjustments nor lines alone (some hold the total as a line): the rules are not theirs
with other_format as (
  select source_file.source_file_id
  from core.source_file as source_file
  where source_file.format = 'FHIR' or source_file.format like 'RIF %'
),

claim_lines as (
  select
    claim_line.claim_id,
    sum(claim_line.charge_amount) as charge_amount
  from core.claim_line as claim_line
  group by claim_line.claim_id
),

line_adjustment as (
  select
    adjustment.remit_claim_id,
    adjustment.line_number,
    sum(adjustment.adjustment_amount) as adjustment_amount
  from core.adjustment as adjustment
  group by adjustment.remit_claim_id, adjustment.line_number
),

claim_adjustment as (
  select
    line_adjustment.remit_claim_id,
    sum(line_adjustment.adjustment_amount) as adjustment_amount
  from line_adjustment
  group by line_adjustment.remit_claim_id
),

payment_lines as (
  select
    remit_line.remit_claim_id,
    sum(remit_line.charge_amount) as charge_amount
  from core.remit_line as remit_line
  group by remit_line.remit_claim_id
),

paid as (
  select
    remit_claim.remittance_id,
    sum(remit_claim.paid_amount) as paid_amount
  from core.remit_claim as remit_claim
  group by remit_claim.remittance_id
),

provider_adjusted as (
  select
    provider_adjustment.remittance_id,
    sum(provider_adjustment.adjustment_amount) as adjustment_amount
  from core.provider_adjustment as provider_adjustment
  group by provider_adjustment.remittance_id
),

compared as (
  select
    'claim charge' as balance_rule,
    claim.claim_id,
    null as remittance_id,
    null as remit_claim_id,
    null as line_number,
    coalesce(claim_lines.charge_amount, 0) as computed_amount,
    claim.charge_amount as stated_amount,
    claim.source_file_id,
    claim.source_offset
  from core.claim as claim
  left join claim_lines
    on claim_lines.claim_id = claim.claim_id
  union all
  select
    'line payment',
    null,
    null,
    remit_line.remit_claim_id,
    remit_line.line_number,
    remit_line.charge_amount - coalesce(line_adjustment.adjustment_amount, 0),
    remit_line.paid_amount,
    remit_line.source_file_id,
    remit_line.source_offset
  from core.remit_line as remit_line
  left join line_adjustment
    on line_adjustment.remit_claim_id = remit_line.remit_claim_id
    and line_adjustment.line_number = remit_line.line_number
  union all
  select
    'claim payment',
    null,
    remit_claim.remittance_id,
    remit_claim.remit_claim_id,
    null,
    remit_claim.charge_amount - coalesce(claim_adjustment.adjustment_amount, 0),
    remit_claim.paid_amount,
    remit_claim.source_file_id,
    remit_claim.source_offset
  from core.remit_claim as remit_claim
  left join claim_adjustment
    on claim_adjustment.remit_claim_id = remit_claim.remit_claim_id
  union all
  select
    'payment charge',
    null,
    remit_claim.remittance_id,
    remit_claim.remit_claim_id,
    null,
    payment_lines.charge_amount,
    remit_claim.charge_amount,
    remit_claim.source_file_id,
    remit_claim.source_offset
  from core.remit_claim as remit_claim
  inner join payment_lines
    on payment_lines.remit_claim_id = remit_claim.remit_claim_id
  union all
  select
    'remittance payment',
    null,
    remittance.remittance_id,
    null,
    null,
    coalesce(paid.paid_amount, 0) - coalesce(provider_adjusted.adjustment_amount, 0),
    remittance.payment_amount,
    remittance.source_file_id,
    remittance.source_offset
  from core.remittance as remittance
  left join paid
    on paid.remittance_id = remittance.remittance_id
  left join provider_adjusted
    on provider_adjusted.remittance_id = remittance.remittance_id
)

select
  cast(compared.balance_rule as varchar) as balance_rule,
  cast(compared.claim_id as bigint) as claim_id,
  cast(compared.remittance_id as bigint) as remittance_id,
  cast(compared.remit_claim_id as bigint) as remit_claim_id,
  cast(compared.line_number as bigint) as line_number,
  cast(compared.computed_amount as decimal(18, 2)) as computed_amount,
  cast(compared.stated_amount as decimal(18, 2)) as stated_amount,
  cast(compared.computed_amount - compared.stated_amount as decimal(18, 2)) as difference_amount,
  cast(compared.source_file_id as bigint) as source_file_id,
  cast(compared.source_offset as bigint) as source_offset
from compared
left join other_format
  on other_format.source_file_id = compared.source_file_id
where compared.computed_amount <> compared.stated_amount and other_format.source_file_id is null
order by source_file_id, source_offset, balance_rule
