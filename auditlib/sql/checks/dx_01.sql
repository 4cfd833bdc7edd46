-- id: DX-01
-- title: Diagnosis code is not in the code set
-- version: 1
-- unit: diagnosis code
-- severity: F
-- settings: professional, institutional, dental, encounters not yet billed
-- authority: 45 CFR 162.1002(c)(2), the code set for diagnoses; ICD-10-CM Official Guidelines, section I.B.2
-- needs: a release of ICD-10-CM that speaks for the date of service
-- effective: 2015-10-01
--
-- A code that is nowhere in the loaded releases, on any date. A heading is DX-02, a code of other dates DX-03: a code
-- is reported by one of the three. Stays are judged by their last day, everything else by the first day of service.
with
-- How many diagnoses each day has: read once, for the days and for the denominator.
coded as (
  select
    diagnosis.service_date,
    count(*) as diagnosis_count
  from core.diagnosis as diagnosis
  where diagnosis.code_system = 'ICD-10-CM'
  group by diagnosis.service_date
),

-- The latest release that speaks for each day on which a diagnosis was coded; one that can only confirm comes last.
covered_day as (
  select
    coded.service_date,
    release.release,
    coalesce(release.can_only_confirm, false) as can_only_confirm,
    row_number() over (
      partition by coded.service_date
      order by
        case when coalesce(release.can_only_confirm, false) then 1 else 0 end,
        release.effective_from desc,
        release.release desc
    ) as preference
  from coded
  inner join ref.release as release
    on release.code_system = 'ICD-10-CM'
    and release.effective_from <= coded.service_date
    and coalesce(release.effective_to, date '9999-12-31') >= coded.service_date
),

known_code as (
  select distinct code.code
  from ref.code as code
  where code.code_system = 'ICD-10-CM'
),

-- Where the day's release can only confirm: how many codes it confirms. The others are not checked.
confirmed as (
  select
    diagnosis.service_date,
    count(*) as diagnosis_count
  from core.diagnosis as diagnosis
  inner join covered_day
    on covered_day.service_date = diagnosis.service_date
    and covered_day.preference = 1
    and covered_day.can_only_confirm
  inner join ref.code as code
    on code.code_system = 'ICD-10-CM'
    and code.code = diagnosis.code
    and code.is_billable
    and code.effective_from <= diagnosis.service_date
    and coalesce(code.effective_to, date '9999-12-31') >= diagnosis.service_date
  where diagnosis.code_system = 'ICD-10-CM'
  group by diagnosis.service_date
),

-- The denominator, counted by day: what of it is checked the day's release tells.
eligible as (
  select
    coded.service_date,
    coded.diagnosis_count,
    case
      when covered_day.release is null then 0
      when covered_day.can_only_confirm then coalesce(confirmed.diagnosis_count, 0)
      else coded.diagnosis_count
    end as checked_count,
    covered_day.release is not null as is_checked
  from coded
  left join covered_day
    on covered_day.service_date = coded.service_date and covered_day.preference = 1
  left join confirmed
    on confirmed.service_date = coded.service_date
),

-- First the few codes that no release has, whatever the day: only they are looked at closely.
unknown as (
  select diagnosis.code
  from core.diagnosis as diagnosis
  left join known_code
    on known_code.code = diagnosis.code
  where diagnosis.code_system = 'ICD-10-CM' and known_code.code is null
  group by diagnosis.code
),

violating as (
  select
    diagnosis.claim_id,
    diagnosis.encounter_id,
    diagnosis.item_number,
    diagnosis.code_system,
    diagnosis.code,
    cast(null as varchar) as related_code,
    diagnosis.service_date,
    concat(
      substring(diagnosis.code, 1, 3),
      case when length(diagnosis.code) > 3 then '.' else '' end,
      substring(diagnosis.code, 4),
      ' is not an ICD-10-CM code.'
    ) as detail,
    covered_day.release
  from core.diagnosis as diagnosis
  inner join unknown
    on unknown.code = diagnosis.code
  inner join covered_day
    on covered_day.service_date = diagnosis.service_date
    and covered_day.preference = 1
    and not covered_day.can_only_confirm
  where diagnosis.code_system = 'ICD-10-CM'
),

outcome as (
  select
    cast(coalesce(sum(eligible.checked_count), 0) as bigint) as eligible_count,
    cast(coalesce(sum(eligible.diagnosis_count - eligible.checked_count), 0) as bigint) as not_checked_count
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
