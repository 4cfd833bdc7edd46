-- id: DX-03
-- title: Diagnosis code not effective on date of service
-- version: 1
-- unit: diagnosis code
-- severity: F
-- settings: professional, institutional, dental, encounters not yet billed
-- authority: 45 CFR 162.1000(a), the code set valid when the service is given; yearly and April ICD-10-CM addenda
-- needs: a release of ICD-10-CM effective on the date of service
-- codesets: ICD-10-CM
-- fix: Take the code in force on the day; the finding names its successor where one is published
-- effective: 2015-10-01
--
-- A code that may be billed on other dates and not on this one: deleted before, or new after. related_code lists the
-- codes that replaced it, where the releases name them. Stays are judged by their last day, everything else by the
-- first day of service.
with
eligible as (
  select
    diagnosis_day.diagnosis_count as counted_as,
    diagnosis_day.is_checked
  from core.diagnosis_day as diagnosis_day
),

replacement as (
  select
    named.code,
    string_agg(named.note_text, ', ' order by named.note_text) as stored_codes,
    string_agg(diagnosis_code.shown_code, ', ' order by named.note_text) as shown_codes
  from (
    select distinct
      code_note.code,
      code_note.note_text
    from ref.code_note as code_note
    where code_note.code_system = 'ICD-10-CM' and code_note.note_kind = 'replaced by'
  ) as named
  inner join core.diagnosis_code as diagnosis_code
    on diagnosis_code.code = named.note_text
  group by named.code
),

-- First the few codes that are not in force on a day: only they are looked at closely.
not_in_force as (
  select
    diagnosis.code,
    diagnosis.service_date
  from core.diagnosis as diagnosis
  left join ref.code as code
    on code.code_system = 'ICD-10-CM'
    and code.is_billable
    and code.code = diagnosis.code
    and code.effective_from <= diagnosis.service_date
    and coalesce(code.effective_to, date '9999-12-31') >= diagnosis.service_date
  where code.code is null
  group by diagnosis.code, diagnosis.service_date
),

violating as (
  select
    diagnosis.claim_id,
    diagnosis.encounter_id,
    diagnosis.item_number,
    diagnosis.code_system,
    diagnosis.code,
    case when diagnosis_code.last_day < diagnosis.service_date then replacement.stored_codes end as related_code,
    diagnosis.service_date,
    concat(
      diagnosis_code.shown_code,
      ' is not valid on ',
      cast(diagnosis.service_date as varchar),
      case
        when diagnosis_code.last_day < diagnosis.service_date
          then concat(
            ': its last day was ',
            cast(diagnosis_code.last_day as varchar),
            case
              when replacement.shown_codes is null then ''
              else concat(', and since then it is ', replacement.shown_codes)
            end
          )
        when diagnosis_code.first_day > diagnosis.service_date
          then concat(': its first day is ', cast(diagnosis_code.first_day as varchar))
        else ''
      end,
      '.'
    ) as detail,
    release_day.release,
    cast(null as decimal(18, 2)) as at_stake_amount
  from core.diagnosis as diagnosis
  inner join not_in_force
    on not_in_force.code = diagnosis.code and not_in_force.service_date = diagnosis.service_date
  inner join core.release_day as release_day
    on release_day.service_date = not_in_force.service_date
    and release_day.release is not null
    and not release_day.can_only_confirm
  inner join core.diagnosis_code as diagnosis_code
    on diagnosis_code.code = not_in_force.code and diagnosis_code.first_day is not null
  left join replacement
    on replacement.code = not_in_force.code
  where diagnosis.code_system = 'ICD-10-CM'
)
