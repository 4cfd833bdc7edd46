-- title: What the warehouse holds of each place of a file, to be compared with the file itself
-- row: one kind of record at one place of a file
with loaded as (
  select 'claim' as record_kind, source_file_id, source_offset, form as part, charge_amount,
    cast(0 as decimal(18, 2)) as paid_amount, cast(0 as decimal(18, 2)) as other_amount
  from core.claim
  union all
  select 'claim_line', source_file_id, source_offset, null, charge_amount, 0, 0
  from core.claim_line
  union all
  select 'remittance', source_file_id, source_offset, null, 0, 0, payment_amount
  from core.remittance
  union all
  select 'remit_claim', source_file_id, source_offset, claim_status_code, charge_amount, paid_amount,
    coalesce(patient_responsibility_amount, 0)
  from core.remit_claim
  union all
  select 'remit_line', source_file_id, source_offset, null, charge_amount, paid_amount, 0
  from core.remit_line
  union all
  select 'adjustment', source_file_id, source_offset, group_code, 0, 0, adjustment_amount
  from core.adjustment
  union all
  select 'provider_adjustment', source_file_id, source_offset, null, 0, 0, adjustment_amount
  from core.provider_adjustment
  union all
  select 'encounter', source_file_id, source_offset, null, 0, 0, 0
  from core.encounter
  where origin <> 'claim'
  union all
  select 'encounter_code', encounter_code.source_file_id, encounter_code.source_offset, null, 0, 0, 0
  from core.encounter_code as encounter_code
  left join core.encounter as encounter
    on encounter.encounter_id = encounter_code.encounter_id
  where
    coalesce(encounter_code.code_source, '') <> 'model'
    and (
      coalesce(encounter.origin, '') <> 'claim'
      or encounter_code.source_file_id not in (select claim.source_file_id from core.claim as claim)
    )
  union all
  select 'encounter_code', source_file_id, source_offset, null, 0, 0, 0
  from core.machine_code
  union all
  select 'document', source_file_id, source_offset, null, 0, 0, 0
  from core.document
)

select
  record_kind,
  source_file_id,
  source_offset,
  min(part) as part,
  cast(count(*) as bigint) as record_count,
  cast(sum(charge_amount) as decimal(18, 2)) as charge_amount,
  cast(sum(paid_amount) as decimal(18, 2)) as paid_amount,
  cast(sum(other_amount) as decimal(18, 2)) as other_amount
from loaded
group by record_kind, source_file_id, source_offset
order by record_kind, source_file_id, source_offset
