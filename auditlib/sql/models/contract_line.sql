-- title: What the contract allows for a billed line, where the user's fee table has it
-- row: one answered line whose billed code the fee table has for its payer, day and modifiers
-- key: remit_claim_id, line_number
-- cut: patient_control_number
-- rule: a fee for a modifier of the line comes before one without a modifier. A line with another modifier that changes
--   the fee is left out, and one whose units or modifiers are not known. The contract allows the fee for each billed unit, at most the
--   charge. The payer of a fee is the identifier or name of the payer on the claim or on its remittance
-- source: the user's contracts; modifiers that change the fee: Medicare Claims Processing Manual (100-04), chapter 12,
--   sections 20.4.3, 20.4.6, 40 and 50, and chapter 20, section 130
-- needs: ref.contract_fee
with
pricing_modifier as (
  select stated.modifier
  from (
    values
      ('22'), ('26'), ('50'), ('51'), ('52'), ('53'), ('54'), ('55'), ('56'), ('62'), ('63'), ('66'), ('73'), ('74'), ('78'),
      ('80'), ('81'), ('82'), ('AA'), ('AD'), ('AS'), ('CO'), ('CQ'), ('FX'), ('FY'), ('NU'), ('QK'), ('QX'), ('QY'), ('QZ'),
      ('RR'), ('TC'), ('UE')
  ) as stated (modifier)
),

fee_payer as (
  select distinct upper(trim(contract_fee.payer)) as payer
  from ref.contract_fee as contract_fee
),

named_payer as (
  select distinct
    coalesce(claim.payer_id, '') as claim_payer_id,
    coalesce(claim.payer_name, '') as claim_payer_name,
    answered_line.payer_key,
    coalesce(answered_line.payer, '') as payer
  from core.answered_line as answered_line
  inner join core.claim as claim
    on claim.claim_id = answered_line.claim_id
),

matched_payer as (
  select
    named_payer.claim_payer_id,
    named_payer.claim_payer_name,
    named_payer.payer_key,
    named_payer.payer,
    min(fee_payer.payer) as fee_payer
  from named_payer
  inner join fee_payer
    on fee_payer.payer = upper(trim(named_payer.payer_key))
    or fee_payer.payer = upper(trim(named_payer.payer))
    or fee_payer.payer = upper(trim(named_payer.claim_payer_id))
    or fee_payer.payer = upper(trim(named_payer.claim_payer_name))
  group by
    named_payer.claim_payer_id,
    named_payer.claim_payer_name,
    named_payer.payer_key,
    named_payer.payer
),

priced_line as (
  select
    answered_line.remit_claim_id,
    answered_line.line_number,
    answered_line.claim_id,
    answered_line.claim_line_number,
    answered_line.billed_unit_count,
    answered_line.charge_amount,
    contract_fee.modifier,
    contract_fee.fee_amount,
    contract_fee.effective_from,
    contract_fee.release
  from core.answered_line as answered_line
  inner join core.claim as claim
    on claim.claim_id = answered_line.claim_id
  inner join matched_payer
    on matched_payer.claim_payer_id = coalesce(claim.payer_id, '')
    and matched_payer.claim_payer_name = coalesce(claim.payer_name, '')
    and matched_payer.payer_key = answered_line.payer_key
    and matched_payer.payer = coalesce(answered_line.payer, '')
  inner join ref.contract_fee as contract_fee
    on contract_fee.code = answered_line.billed_code
    and upper(trim(contract_fee.payer)) = matched_payer.fee_payer
    and contract_fee.effective_from <= answered_line.service_date
    and coalesce(contract_fee.effective_to, date '9999-12-31') >= answered_line.service_date
  where
    answered_line.billed_unit_count > 0
    and answered_line.claim_line_number is not null
    and not answered_line.is_paid_by_group
),

line_fee as (
  select distinct
    priced_line.remit_claim_id,
    priced_line.line_number,
    priced_line.claim_id,
    priced_line.claim_line_number
  from priced_line
),

modified as (
  select
    line_fee.remit_claim_id,
    line_fee.line_number,
    claim_line.modifier_1,
    claim_line.modifier_2,
    claim_line.modifier_3,
    claim_line.modifier_4
  from line_fee
  inner join core.claim_line as claim_line
    on claim_line.claim_id = line_fee.claim_id and claim_line.line_number = line_fee.claim_line_number
  where claim_line.modifier_1 is not null
),

line_modifier as (
  select modified.remit_claim_id, modified.line_number, modified.modifier_1 as modifier
  from modified
  union
  select modified.remit_claim_id, modified.line_number, modified.modifier_2 as modifier
  from modified
  union
  select modified.remit_claim_id, modified.line_number, modified.modifier_3 as modifier
  from modified
  union
  select modified.remit_claim_id, modified.line_number, modified.modifier_4 as modifier
  from modified
),

pricing as (
  select
    line_modifier.remit_claim_id,
    line_modifier.line_number,
    count(*) as pricing_count
  from line_modifier
  inner join pricing_modifier
    on pricing_modifier.modifier = line_modifier.modifier
  group by
    line_modifier.remit_claim_id,
    line_modifier.line_number
),

fitting as (
  select
    priced_line.remit_claim_id,
    priced_line.line_number,
    priced_line.billed_unit_count,
    priced_line.charge_amount,
    priced_line.modifier,
    priced_line.fee_amount,
    priced_line.release,
    row_number() over (
      partition by priced_line.remit_claim_id, priced_line.line_number
      order by case when priced_line.modifier = '' then 1 else 0 end, priced_line.modifier, priced_line.effective_from desc
    ) as preference
  from priced_line
  left join line_modifier
    on line_modifier.remit_claim_id = priced_line.remit_claim_id
    and line_modifier.line_number = priced_line.line_number
    and line_modifier.modifier = priced_line.modifier
  where priced_line.modifier = '' or line_modifier.modifier is not null
)

select
  cast(fitting.remit_claim_id as bigint) as remit_claim_id,
  cast(fitting.line_number as bigint) as line_number,
  cast(fitting.fee_amount as decimal(18, 2)) as fee_amount,
  cast(least(fitting.fee_amount * fitting.billed_unit_count, fitting.charge_amount) as decimal(18, 2)) as contract_amount,
  cast(fitting.release as varchar) as release
from fitting
left join pricing
  on pricing.remit_claim_id = fitting.remit_claim_id and pricing.line_number = fitting.line_number
left join pricing_modifier
  on pricing_modifier.modifier = fitting.modifier
where
  fitting.preference = 1
  and coalesce(pricing.pricing_count, 0) = case when pricing_modifier.modifier is not null then 1 else 0 end
order by fitting.remit_claim_id, fitting.line_number
