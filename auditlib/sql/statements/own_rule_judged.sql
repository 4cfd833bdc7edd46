-- Which candidates of the rules of tables are findings: those of own_candidate that meet all, the diagnoses of the
-- claim included. Only claims that a rule asks for are joined with their diagnoses.
with
asked as (
  select distinct
    own_candidate.rule_number,
    own_candidate.claim_id
  from own_candidate
  where own_candidate.is_met and own_candidate.asks_diagnosis
),

listed_diagnosis as (
  select distinct diagnosis.code
  from core.diagnosis as diagnosis
  where diagnosis.claim_id is not null and diagnosis.code_system = 'ICD-10-CM'
),

rule_diagnosis as (
  select distinct
    own_rule_code.rule_number,
    listed_diagnosis.code
  from listed_diagnosis
  inner join own_rule_code
    on own_rule_code.code_kind = 'icd'
    and listed_diagnosis.code >= own_rule_code.first_code
    and listed_diagnosis.code <= own_rule_code.last_code
),

diagnosed as (
  select distinct
    asked.rule_number,
    asked.claim_id
  from asked
  inner join core.diagnosis as diagnosis
    on diagnosis.claim_id = asked.claim_id
  inner join rule_diagnosis
    on rule_diagnosis.rule_number = asked.rule_number and rule_diagnosis.code = diagnosis.code
  where diagnosis.code_system = 'ICD-10-CM' and diagnosis.code_role not in ('admitting', 'reason for visit')
)

select
  own_candidate.rule_number,
  own_candidate.claim_id,
  own_candidate.encounter_id,
  own_candidate.item_number,
  own_candidate.code_system,
  own_candidate.code,
  own_candidate.service_date,
  own_candidate.at_stake_amount,
  own_candidate.is_checked,
  own_candidate.is_met and (not own_candidate.asks_diagnosis or diagnosed.claim_id is not null) as is_finding
from own_candidate
left join diagnosed
  on diagnosed.rule_number = own_candidate.rule_number and diagnosed.claim_id = own_candidate.claim_id
