-- id: DX-03
-- title: Diagnosis code is not valid on the date of service
-- version: 1
-- unit: diagnosis code
-- severity: F
-- settings: professional, institutional, dental, encounters not yet billed
-- authority: 45 CFR 162.1000(a), the code set valid when the service is given; yearly and April ICD-10-CM addenda
-- needs: a release of ICD-10-CM that speaks for the date of service
-- effective: 2015-10-01
--
-- A code that may be billed on other dates and not on this one: deleted before, or new after. related_code lists the
-- codes that replaced it, where the releases name them. Stays are judged by their last day, everything else by the
-- first day of service.
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

billable as (
  select
    code.code,
    code.effective_from,
    coalesce(code.effective_to, date '9999-12-31') as effective_to
  from ref.code as code
  where code.code_system = 'ICD-10-CM' and code.is_billable
),

lifetime as (
  select
    billable.code,
    min(billable.effective_from) as first_day,
    max(billable.effective_to) as last_day
  from billable
  group by billable.code
),

replacement as (
  select
    named.code,
    string_agg(named.note_text, ', ' order by named.note_text) as stored_codes,
    string_agg(
      concat(
        substring(named.note_text, 1, 3),
        case when length(named.note_text) > 3 then '.' else '' end,
        substring(named.note_text, 4)
      ),
      ', ' order by named.note_text
    ) as shown_codes
  from (
    select distinct
      code_note.code,
      code_note.note_text
    from ref.code_note as code_note
    where code_note.code_system = 'ICD-10-CM' and code_note.note_kind = 'replaced by'
  ) as named
  group by named.code
),

-- First the few codes that are not in force on a day: only they are looked at closely.
not_in_force as (
  select
    diagnosis.code,
    diagnosis.service_date
  from core.diagnosis as diagnosis
  left join billable
    on billable.code = diagnosis.code
    and billable.effective_from <= diagnosis.service_date
    and billable.effective_to >= diagnosis.service_date
  where diagnosis.code_system = 'ICD-10-CM' and billable.code is null
  group by diagnosis.code, diagnosis.service_date
),

violating as (
  select
    diagnosis.claim_id,
    diagnosis.encounter_id,
    diagnosis.item_number,
    diagnosis.code_system,
    diagnosis.code,
    case when lifetime.last_day < diagnosis.service_date then replacement.stored_codes end as related_code,
    diagnosis.service_date,
    concat(
      substring(diagnosis.code, 1, 3),
      case when length(diagnosis.code) > 3 then '.' else '' end,
      substring(diagnosis.code, 4),
      ' is not valid on ',
      cast(diagnosis.service_date as varchar),
      case
        when lifetime.last_day < diagnosis.service_date
          then concat(
            ': its last day was ',
            cast(lifetime.last_day as varchar),
            case
              when replacement.shown_codes is null then ''
              else concat(', and since then it is ', replacement.shown_codes)
            end
          )
        when lifetime.first_day > diagnosis.service_date
          then concat(': its first day is ', cast(lifetime.first_day as varchar))
        else ''
      end,
      '.'
    ) as detail,
    covered_day.release
  from core.diagnosis as diagnosis
  inner join not_in_force
    on not_in_force.code = diagnosis.code and not_in_force.service_date = diagnosis.service_date
  inner join covered_day
    on covered_day.service_date = not_in_force.service_date
    and covered_day.preference = 1
    and not covered_day.can_only_confirm
  inner join lifetime
    on lifetime.code = not_in_force.code
  left join replacement
    on replacement.code = not_in_force.code
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
