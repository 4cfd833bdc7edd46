-- What was loaded, by format of the file.
select
    format,
    cast(count(*) as bigint) as file_count,
    cast(sum(transaction_count) as bigint) as transaction_count,
    cast(sum(encounter_count) as bigint) as encounter_count,
    cast(sum(claim_count) as bigint) as claim_count,
    cast(sum(line_count) as bigint) as line_count,
    cast(sum(charge_amount) as decimal(18, 2)) as charge_amount,
    cast(sum(paid_amount) as decimal(18, 2)) as paid_amount,
    cast(sum(rejected_count) as bigint) as rejected_count
from core.source_file
group by format
order by format
