-- id: DX-02
-- title: Diagnosis code is a heading that needs more characters
-- version: 1
-- unit: diagnosis code
-- severity: F
-- settings: professional, institutional, dental, encounters not yet billed
-- authority: ICD-10-CM Official Guidelines, sections I.A.3 and I.B.2
-- needs: a release of ICD-10-CM that speaks for the date of service
-- effective: 2015-10-01
--
-- A code that the releases know only as a heading. A heading that was a code of its own on other dates is DX-03.
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

heading as (
  select code.code
  from ref.code as code
  where code.code_system = 'ICD-10-CM'
  group by code.code
  having max(case when code.is_billable then 1 else 0 end) = 0
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

-- The diagnoses that are headings, on days whose release is a whole list.
coded_heading as (
  select
    diagnosis.claim_id,
    diagnosis.encounter_id,
    diagnosis.item_number,
    diagnosis.code_system,
    diagnosis.code,
    diagnosis.service_date,
    covered_day.release
  from core.diagnosis as diagnosis
  inner join covered_day
    on covered_day.service_date = diagnosis.service_date
    and covered_day.preference = 1
    and not covered_day.can_only_confirm
  inner join heading
    on heading.code = diagnosis.code
  where diagnosis.code_system = 'ICD-10-CM'
),

-- One code below the heading, where there is one on that day, as an example of the form that is wanted.
below as (
  select
    code.parent_code,
    heading_day.service_date,
    min(code.code) as example_code
  from ref.code as code
  inner join (
    select distinct
      coded_heading.code,
      coded_heading.service_date
    from coded_heading
  ) as heading_day
    on heading_day.code = code.parent_code
    and code.effective_from <= heading_day.service_date
    and coalesce(code.effective_to, date '9999-12-31') >= heading_day.service_date
  where code.code_system = 'ICD-10-CM'
  group by
    code.parent_code,
    heading_day.service_date
),

violating as (
  select
    coded_heading.claim_id,
    coded_heading.encounter_id,
    coded_heading.item_number,
    coded_heading.code_system,
    coded_heading.code,
    cast(null as varchar) as related_code,
    coded_heading.service_date,
    concat(
      substring(coded_heading.code, 1, 3),
      case when length(coded_heading.code) > 3 then '.' else '' end,
      substring(coded_heading.code, 4),
      ' is a heading and needs more characters',
      case
        when below.example_code is null then '.'
        else concat(
          ': the first code below it is ',
          substring(below.example_code, 1, 3),
          case when length(below.example_code) > 3 then '.' else '' end,
          substring(below.example_code, 4),
          '.'
        )
      end
    ) as detail,
    coded_heading.release
  from coded_heading
  left join below
    on below.parent_code = coded_heading.code and below.service_date = coded_heading.service_date
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
