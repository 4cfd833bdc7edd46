-- What the user's fee table allows for wanted codes, by payer, modifier and days.
select
  upper(trim(contract_fee.payer)) as fee_payer,
  contract_fee.code,
  contract_fee.modifier,
  contract_fee.fee_amount,
  contract_fee.effective_from,
  contract_fee.effective_to,
  contract_fee.release
from ref.contract_fee as contract_fee
where list_contains($codes, contract_fee.code)
order by fee_payer, contract_fee.code, contract_fee.modifier, contract_fee.effective_from
