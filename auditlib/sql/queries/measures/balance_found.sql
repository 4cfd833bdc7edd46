-- title: What does not add up, with its file and account
-- row: one rule that a claim, payment, line or remittance breaks
select
  cast(source_file.file_name as varchar) as file_name,
  cast(balance.source_offset as bigint) as source_offset,
  cast(balance.balance_rule as varchar) as balance_rule,
  cast(coalesce(claim.patient_control_number, remit_claim.patient_control_number) as varchar)
    as patient_control_number,
  cast(balance.line_number as bigint) as line_number,
  cast(balance.computed_amount as decimal(18, 2)) as computed_amount,
  cast(balance.stated_amount as decimal(18, 2)) as stated_amount,
  cast(balance.difference_amount as decimal(18, 2)) as difference_amount,
  cast(balance.claim_id as bigint) as claim_id,
  cast(balance.remit_claim_id as bigint) as remit_claim_id,
  cast(balance.source_file_id as bigint) as source_file_id
from core.balance as balance
inner join core.source_file as source_file
  on source_file.source_file_id = balance.source_file_id
left join core.claim as claim
  on claim.claim_id = balance.claim_id
left join core.remit_claim as remit_claim
  on remit_claim.remit_claim_id = balance.remit_claim_id
where cast($balance_rule as varchar) is null or balance.balance_rule = $balance_rule
order by balance.source_file_id, balance.source_offset, balance.balance_rule
