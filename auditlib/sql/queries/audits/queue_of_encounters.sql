-- What sorts the queue of a review: for each of some encounters the account and charge of its first claim to the primary
-- payer, who coded it, and the checks that found something on it.
with first_claim as (
  select
    claim_encounter.encounter_id,
    claim.patient_control_number,
    claim.charge_amount
  from core.claim_encounter as claim_encounter
  inner join core.claim as claim
    on claim.claim_id = claim_encounter.claim_id
  where list_contains($encounter_ids, claim_encounter.encounter_id) and coalesce(claim.payer_sequence, 'P') = 'P'
  qualify row_number() over (
    partition by claim_encounter.encounter_id order by claim.submit_date nulls last, claim.claim_id
  ) = 1
),

found as (
  select
    finding.encounter_id,
    count(distinct (finding.check_id, finding.code_system, finding.code, finding.detail)) as finding_count,
    list_sort(list_distinct(list(finding.check_id))) as check_ids
  from mart.finding as finding
  where list_contains($encounter_ids, finding.encounter_id)
  group by finding.encounter_id
)

select
  encounter.encounter_id,
  first_claim.patient_control_number as account,
  encounter.coder_id,
  cast(first_claim.charge_amount as decimal(18, 2)) as charge_amount,
  cast(coalesce(found.finding_count, 0) as bigint) as finding_count,
  coalesce(found.check_ids, cast([] as varchar [])) as check_ids
from core.encounter as encounter
left join first_claim
  on first_claim.encounter_id = encounter.encounter_id
left join found
  on found.encounter_id = encounter.encounter_id
where list_contains($encounter_ids, encounter.encounter_id)
order by encounter.encounter_id
