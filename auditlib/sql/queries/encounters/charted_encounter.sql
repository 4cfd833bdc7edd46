-- The encounters that have documents, each with how many, and with its codes and claims.
with documented as (
  select
    document.encounter_id,
    count(*) as document_count
  from core.document as document
  group by document.encounter_id
),

coded as (
  select
    encounter_code.encounter_id,
    count(*) as code_count
  from core.encounter_code as encounter_code
  group by encounter_code.encounter_id
),

billed as (
  select
    claim_encounter.encounter_id,
    count(*) as claim_count
  from core.claim_encounter as claim_encounter
  group by claim_encounter.encounter_id
)

select
  encounter.encounter_id,
  encounter.encounter_class,
  encounter.admit_date,
  encounter.coder_id,
  source_file.format,
  cast(documented.document_count as bigint) as document_count,
  cast(coalesce(coded.code_count, 0) as bigint) as code_count,
  cast(coalesce(billed.claim_count, 0) as bigint) as claim_count
from core.encounter as encounter
inner join documented
  on documented.encounter_id = encounter.encounter_id
left join core.source_file as source_file
  on source_file.source_file_id = encounter.source_file_id
left join coded
  on coded.encounter_id = encounter.encounter_id
left join billed
  on billed.encounter_id = encounter.encounter_id
order by encounter.encounter_id
