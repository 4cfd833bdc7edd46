-- id: DX-13
-- title: Diagnosis code stands twice on one claim
-- version: 1
-- unit: diagnosis code
-- severity: F
-- settings: professional, institutional, dental, encounters not yet billed
-- authority: ICD-10-CM Official Guidelines, section I.B.12; Medicare Code Editor, edit 3
-- needs: nothing but the claim
-- effective: 2015-10-01
--
-- Principal and secondary diagnoses are one list, external causes another. Admitting diagnoses and reasons for visit
-- rightly repeat a code of the list and take no part. Each repetition is a finding, the first mention is not.
with
eligible as (
  select
    diagnosis.claim_id,
    diagnosis.encounter_id,
    diagnosis.item_number,
    diagnosis.code_system,
    diagnosis.code,
    diagnosis.code_role,
    diagnosis.service_date,
    min(diagnosis.item_number) over (
      partition by
        coalesce('c' || cast(diagnosis.claim_id as varchar), 'e' || diagnosis.encounter_id),
        diagnosis.code,
        case when diagnosis.code_role = 'external cause' then 1 else 0 end
    ) as first_item_number,
    true as is_checked
  from core.diagnosis as diagnosis
  where
    diagnosis.code_system = 'ICD-10-CM'
    and diagnosis.code_role not in ('admitting', 'reason for visit')
),

violating as (
  select
    eligible.claim_id,
    eligible.encounter_id,
    eligible.item_number,
    eligible.code_system,
    eligible.code,
    cast(null as varchar) as related_code,
    eligible.service_date,
    concat(
      substring(eligible.code, 1, 3),
      case when length(eligible.code) > 3 then '.' else '' end,
      substring(eligible.code, 4),
      ' is already diagnosis ',
      cast(eligible.first_item_number as varchar),
      '.'
    ) as detail,
    cast(null as varchar) as release
  from eligible
  where eligible.item_number > eligible.first_item_number
),

outcome as (
  select
    cast(coalesce(sum(case when eligible.is_checked then 1 else 0 end), 0) as bigint) as eligible_count,
    cast(coalesce(sum(case when eligible.is_checked then 0 else 1 end), 0) as bigint) as not_checked_count
  from eligible
)

select
  outcome.eligible_count,
  outcome.not_checked_count,
  cast(violating.claim_id as bigint) as claim_id,
  cast(violating.encounter_id as varchar) as encounter_id,
  cast(violating.item_number as bigint) as item_number,
  cast(violating.code_system as varchar) as code_system,
  cast(violating.code as varchar) as code,
  cast(violating.related_code as varchar) as related_code,
  cast(violating.service_date as date) as service_date,
  cast(violating.detail as varchar) as detail,
  cast(violating.release as varchar) as release
from outcome
left join violating
  on true
order by
  violating.claim_id,
  violating.encounter_id,
  violating.item_number,
  violating.code
