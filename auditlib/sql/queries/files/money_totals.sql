-- Rows and sums of money of the tables that claims and remittances fill, to be compared with the files.
select 'claim' as table_name, cast(count(*) as bigint) as row_count,
  cast(coalesce(sum(charge_amount), 0) as decimal(18, 2)) as charge_amount,
  cast(0 as decimal(18, 2)) as paid_amount,
  cast(0 as decimal(18, 2)) as payment_amount,
  cast(0 as decimal(18, 2)) as adjustment_amount
from core.claim
union all
select 'claim_line', cast(count(*) as bigint), cast(coalesce(sum(charge_amount), 0) as decimal(18, 2)), 0, 0, 0
from core.claim_line
union all
select 'remit_claim', cast(count(*) as bigint), cast(coalesce(sum(charge_amount), 0) as decimal(18, 2)),
  cast(coalesce(sum(paid_amount), 0) as decimal(18, 2)), 0, 0
from core.remit_claim
union all
select 'remit_line', cast(count(*) as bigint), cast(coalesce(sum(charge_amount), 0) as decimal(18, 2)),
  cast(coalesce(sum(paid_amount), 0) as decimal(18, 2)), 0, 0
from core.remit_line
union all
select 'remittance', cast(count(*) as bigint), 0, 0, cast(coalesce(sum(payment_amount), 0) as decimal(18, 2)), 0
from core.remittance
union all
select 'provider_adjustment', cast(count(*) as bigint), 0, 0, 0,
  cast(coalesce(sum(adjustment_amount), 0) as decimal(18, 2))
from core.provider_adjustment
order by table_name
