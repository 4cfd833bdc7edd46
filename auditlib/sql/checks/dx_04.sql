-- id: DX-04
-- title: Seventh character or placeholder X missing or not allowed
-- version: 1
-- unit: diagnosis code with a seventh character, or of a kind that has one
-- severity: F
-- settings: professional, institutional, dental, encounters not yet billed
-- authority: ICD-10-CM Official Guidelines, sections I.A.4 and I.A.5
-- needs: a whole list of ICD-10-CM codes for the date of service
-- codesets: ICD-10-CM
-- fix: Add the seventh character that fits the encounter, after as many placeholders X as the code needs
-- effective: 2015-10-01
--
-- Which characters a code takes is read from the codes that the release lists: the tabular list gives a category's
-- characters, and not each of them exists below each code. A code of other dates is DX-03 and no finding here.
with
seventh as (
  select distinct
    substring(code.code, 1, 6) as stem,
    substring(code.code, 7, 1) as seventh_character
  from ref.code as code
  where code.code_system = 'ICD-10-CM' and code.is_billable and length(code.code) = 7
),

stem as (
  select distinct seventh.stem
  from seventh
),

-- What is asked of the lists for each code; null asks nothing.
shaped as (
  select
    diagnosis_code.code,
    diagnosis_code.shown_code,
    diagnosis_code.first_day,
    length(diagnosis_code.code) as code_length,
    substring(diagnosis_code.code, length(diagnosis_code.code), 1) as last_character,
    case when length(diagnosis_code.code) < 7 then rpad(diagnosis_code.code, 6, 'X') end as own_stem,
    case
      when length(diagnosis_code.code) between 4 and 6
        then rpad(substring(diagnosis_code.code, 1, length(diagnosis_code.code) - 1), 6, 'X')
    end as stem_before
  from core.diagnosis_code as diagnosis_code
),

-- How a code would go on, if it lacks its seventh character or the placeholders before it.
completed as (
  select
    shaped.code,
    shaped.shown_code,
    shaped.first_day,
    case when shaped.code_length = 7 then 1 else 0 end as is_long,
    case when stem.stem is not null then 1 else 0 end as is_stem,
    case
      when shaped.code_length = 7 then substring(shaped.code, 1, 6)
      when stem.stem is not null then stem.stem
      else seventh.stem
    end as stem,
    shaped.last_character
  from shaped
  left join stem
    on stem.stem = shaped.own_stem
  left join seventh
    on seventh.stem = shaped.stem_before
    and seventh.seventh_character = shaped.last_character
  where shaped.code_length = 7 or stem.stem is not null or seventh.stem is not null
),

eligible as (
  select
    diagnosis.service_date,
    release_day.release is not null and not release_day.can_only_confirm as is_checked,
    count(*) as counted_as
  from core.diagnosis as diagnosis
  inner join completed
    on completed.code = diagnosis.code
  left join core.release_day as release_day
    on release_day.service_date = diagnosis.service_date
  where diagnosis.code_system = 'ICD-10-CM'
  group by
    diagnosis.service_date,
    release_day.release is not null and not release_day.can_only_confirm
),

-- The few codes that no release lets be billed, on the days on which they were coded.
coded as (
  select distinct
    diagnosis.code,
    diagnosis.service_date,
    release_day.release,
    completed.is_long,
    completed.is_stem,
    completed.stem,
    completed.last_character
  from completed
  inner join core.diagnosis as diagnosis
    on diagnosis.code = completed.code
  inner join core.release_day as release_day
    on release_day.service_date = diagnosis.service_date
    and release_day.release is not null
    and not release_day.can_only_confirm
  where completed.first_day is null
),

allowed as (
  select
    listed.code,
    listed.service_date,
    string_agg(listed.seventh_character, ', ' order by listed.seventh_character) as seventh_characters,
    min(listed.seventh_character) as first_character,
    max(case when listed.seventh_character = listed.last_character then 1 else 0 end) as is_last_allowed
  from (
    select distinct
      coded.code,
      coded.service_date,
      coded.last_character,
      substring(code.code, 7, 1) as seventh_character
    from coded
    inner join ref.code as code
      on code.code_system = 'ICD-10-CM'
      and code.is_billable
      and length(code.code) = 7
      and substring(code.code, 1, 6) = coded.stem
      and code.effective_from <= coded.service_date
      and coalesce(code.effective_to, date '9999-12-31') >= coded.service_date
  ) as listed
  group by
    listed.code,
    listed.service_date
),

-- A seventh character after a code that is whole without it.
whole as (
  select distinct
    coded.code,
    coded.service_date,
    code.code as whole_code
  from coded
  inner join ref.code as code
    on code.code_system = 'ICD-10-CM'
    and code.is_billable
    and code.code = rtrim(coded.stem, 'X')
    and code.effective_from <= coded.service_date
    and coalesce(code.effective_to, date '9999-12-31') >= coded.service_date
),

fault as (
  select
    coded.code,
    coded.service_date,
    coded.release,
    case
      when allowed.code is null then whole.whole_code
      when coded.is_long = 0 and coded.is_stem = 0 then concat(coded.stem, coded.last_character)
    end as right_code,
    case
      when allowed.code is null then ': the code without a seventh character is '
      when coded.is_long = 1 then concat(' has the seventh character ', coded.last_character, '; it can be ')
      when coded.is_stem = 0 then ' lacks the placeholder X: the code is '
      else ' lacks the seventh character; it can be '
    end as fault_text,
    case
      when coded.is_long = 0 and coded.is_stem = 0 then ''
      when length(coded.code) < 6
        then concat(
          allowed.seventh_characters, ', after the placeholder X: ',
          substring(coded.stem, 1, 3), '.', substring(coded.stem, 4), allowed.first_character
        )
      else allowed.seventh_characters
    end as allowed_text
  from coded
  left join allowed
    on allowed.code = coded.code and allowed.service_date = coded.service_date
  left join whole
    on whole.code = coded.code and whole.service_date = coded.service_date
  where
    (coded.is_long = 1 and (allowed.code is not null or whole.code is not null))
    or (coded.is_stem = 1 and allowed.code is not null)
    or allowed.is_last_allowed = 1
),

violating as (
  select
    diagnosis.claim_id,
    diagnosis.encounter_id,
    diagnosis.item_number,
    diagnosis.code_system,
    diagnosis.code,
    fault.right_code as related_code,
    diagnosis.service_date,
    concat(
      diagnosis_code.shown_code,
      fault.fault_text,
      case
        when fault.right_code is null then ''
        when length(fault.right_code) <= 3 then fault.right_code
        else concat(substring(fault.right_code, 1, 3), '.', substring(fault.right_code, 4))
      end,
      fault.allowed_text,
      '.'
    ) as detail,
    fault.release,
    cast(null as decimal(18, 2)) as at_stake_amount
  from fault
  inner join core.diagnosis as diagnosis
    on diagnosis.code = fault.code
    and diagnosis.service_date = fault.service_date
    and diagnosis.code_system = 'ICD-10-CM'
  inner join core.diagnosis_code as diagnosis_code
    on diagnosis_code.code = fault.code
)
