-- What the rules of tables apply to: one line under one rule, or one claim under a rule that asks for diagnoses only,
-- and whether it meets all that is asked of it but the diagnoses of a line's claim. Patterns are resolved on the few
-- codes that are billed; lines meet rules by equal codes.
with
billed_code as (
  select distinct claim_line.code
  from core.claim_line as claim_line
  where claim_line.code is not null
),

rule_code as (
  select distinct
    own_rule_code.rule_number,
    billed_code.code
  from billed_code
  inner join own_rule_code
    on own_rule_code.code_kind = 'hcpcs'
    and billed_code.code >= own_rule_code.first_code
    and billed_code.code <= own_rule_code.last_code
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
  inner join own_rule
    on own_rule.rule_number = own_rule_code.rule_number and not own_rule.has_hcpcs
),

-- The first diagnosis of a claim that a rule of diagnoses only asks for.
claim_diagnosis as (
  select
    rule_diagnosis.rule_number,
    diagnosis.claim_id,
    min(diagnosis.item_number) as item_number
  from core.diagnosis as diagnosis
  inner join rule_diagnosis
    on rule_diagnosis.code = diagnosis.code
  where
    diagnosis.code_system = 'ICD-10-CM'
    and diagnosis.claim_id is not null
    and diagnosis.code_role not in ('admitting', 'reason for visit')
  group by rule_diagnosis.rule_number, diagnosis.claim_id
),

candidate as (
  select
    rule_code.rule_number,
    claim_line.claim_id,
    claim_line.line_number as item_number,
    claim_line.code_system,
    claim_line.code,
    claim_line.from_date,
    claim_line.place_of_service,
    concat(
      '|', coalesce(claim_line.modifier_1, ''), '|', coalesce(claim_line.modifier_2, ''), '|',
      coalesce(claim_line.modifier_3, ''), '|', coalesce(claim_line.modifier_4, ''), '|'
    ) as line_modifiers,
    claim_line.modifier_1,
    claim_line.modifier_2,
    claim_line.modifier_3,
    claim_line.modifier_4,
    claim_line.charge_amount
  from core.claim_line as claim_line
  inner join rule_code
    on rule_code.code = claim_line.code
  union all
  select
    claim_diagnosis.rule_number,
    claim_diagnosis.claim_id,
    claim_diagnosis.item_number,
    'ICD-10-CM' as code_system,
    diagnosis.code,
    diagnosis.service_date as from_date,
    cast(null as varchar) as place_of_service,
    '' as line_modifiers,
    cast(null as varchar) as modifier_1,
    cast(null as varchar) as modifier_2,
    cast(null as varchar) as modifier_3,
    cast(null as varchar) as modifier_4,
    cast(null as decimal(18, 2)) as charge_amount
  from claim_diagnosis
  inner join core.diagnosis as diagnosis
    on diagnosis.claim_id = claim_diagnosis.claim_id and diagnosis.item_number = claim_diagnosis.item_number
),

dated as (
  select
    candidate.rule_number,
    candidate.claim_id,
    standing_claim.encounter_id,
    candidate.item_number,
    candidate.code_system,
    candidate.code,
    coalesce(candidate.from_date, claim.from_date) as service_date,
    coalesce(candidate.place_of_service, claim.place_of_service) as place_of_service,
    candidate.line_modifiers,
    candidate.modifier_1,
    candidate.modifier_2,
    candidate.modifier_3,
    candidate.modifier_4,
    candidate.charge_amount,
    claim.payer_id,
    claim.filing_code,
    claim.patient_id
  from candidate
  inner join core.standing_claim as standing_claim
    on standing_claim.claim_id = candidate.claim_id
  inner join core.claim as claim
    on claim.claim_id = candidate.claim_id
),

aged as (
  select
    own_rule.rule_number,
    dated.claim_id,
    dated.encounter_id,
    dated.item_number,
    dated.code_system,
    dated.code,
    dated.service_date,
    dated.place_of_service,
    dated.line_modifiers,
    dated.modifier_1,
    dated.modifier_2,
    dated.modifier_3,
    dated.modifier_4,
    dated.charge_amount,
    own_rule.has_hcpcs,
    own_rule.has_icd,
    own_rule.modifiers,
    own_rule.absent_modifiers,
    own_rule.add_modifier,
    own_rule.places,
    own_rule.sex as rule_sex,
    patient.sex,
    own_rule.first_age_years,
    own_rule.last_age_years,
    year(dated.service_date) - year(patient.birth_date)
    - case
      when
        month(dated.service_date) * 100 + day(dated.service_date)
        < month(patient.birth_date) * 100 + day(patient.birth_date)
        then 1
      else 0
    end as age_years,
    (own_rule.first_day is null and own_rule.last_day is null or dated.service_date is not null)
    and (own_rule.payer_ids is null or dated.payer_id is not null)
    and (own_rule.filing_codes is null or dated.filing_code is not null)
    and (own_rule.places is null or dated.place_of_service is not null) as is_known
  from dated
  inner join own_rule
    on own_rule.rule_number = dated.rule_number
  left join core.patient as patient
    on patient.patient_id = dated.patient_id
  where
    coalesce(dated.service_date >= own_rule.first_day, true)
    and coalesce(dated.service_date <= own_rule.last_day, true)
    and (
      own_rule.payer_ids is null
      or dated.payer_id is null
      or contains(own_rule.payer_ids, concat('|', dated.payer_id, '|'))
    )
    and (
      own_rule.filing_codes is null
      or dated.filing_code is null
      or contains(own_rule.filing_codes, concat('|', dated.filing_code, '|'))
    )
),

checked as (
  select
    aged.rule_number,
    aged.claim_id,
    aged.encounter_id,
    aged.item_number,
    aged.code_system,
    aged.code,
    aged.service_date,
    aged.charge_amount as at_stake_amount,
    aged.is_known
    and (aged.rule_sex is null or coalesce(aged.sex, 'U') <> 'U')
    and (aged.first_age_years is null and aged.last_age_years is null or aged.age_years is not null) as is_checked,
    (aged.places is null or contains(aged.places, concat('|', aged.place_of_service, '|')))
    and (aged.rule_sex is null or aged.rule_sex = aged.sex)
    and (aged.first_age_years is null or aged.age_years >= aged.first_age_years)
    and (aged.last_age_years is null or aged.age_years <= aged.last_age_years)
    and (aged.add_modifier is null or not contains(aged.line_modifiers, concat('|', aged.add_modifier, '|')))
    and (
      aged.modifiers is null
      or coalesce(contains(aged.modifiers, concat('|', aged.modifier_1, '|')) and aged.modifier_1 is not null, false)
      or coalesce(contains(aged.modifiers, concat('|', aged.modifier_2, '|')) and aged.modifier_2 is not null, false)
      or coalesce(contains(aged.modifiers, concat('|', aged.modifier_3, '|')) and aged.modifier_3 is not null, false)
      or coalesce(contains(aged.modifiers, concat('|', aged.modifier_4, '|')) and aged.modifier_4 is not null, false)
    )
    and not (
      aged.absent_modifiers is not null
      and (
        coalesce(contains(aged.absent_modifiers, concat('|', aged.modifier_1, '|')) and aged.modifier_1 is not null, false)
        or coalesce(contains(aged.absent_modifiers, concat('|', aged.modifier_2, '|')) and aged.modifier_2 is not null, false)
        or coalesce(contains(aged.absent_modifiers, concat('|', aged.modifier_3, '|')) and aged.modifier_3 is not null, false)
        or coalesce(contains(aged.absent_modifiers, concat('|', aged.modifier_4, '|')) and aged.modifier_4 is not null, false)
      )
    ) as is_met,
    aged.has_hcpcs and aged.has_icd as asks_diagnosis
  from aged
)

select
  checked.rule_number,
  checked.claim_id,
  checked.encounter_id,
  checked.item_number,
  checked.code_system,
  checked.code,
  checked.service_date,
  checked.at_stake_amount,
  checked.is_checked,
  checked.is_checked and coalesce(checked.is_met, false) as is_met,
  checked.asks_diagnosis
from checked
