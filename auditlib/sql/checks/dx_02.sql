-- id: DX-02
-- title: Non-billable header code
-- version: 2
-- unit: diagnosis code
-- severity: F
-- settings: professional, institutional, dental, encounters not yet billed
-- authority: ICD-10-CM Official Guidelines, sections I.A.3 and I.B.2
-- needs: a release of ICD-10-CM effective on the date of service
-- codesets: ICD-10-CM
-- closer: DX-04
-- fix: Code to the last digit that the record supports
-- effective: 2015-10-01
--
-- A code that the releases know only as a header. A header that was a code of its own on other dates is DX-03; one
-- that lacks its seventh character only is DX-04.
with
eligible as (
  select
    diagnosis_day.diagnosis_count as counted_as,
    diagnosis_day.is_checked
  from core.diagnosis_day as diagnosis_day
),

-- The diagnoses that are header codes, on days whose release is a whole list.
coded_header as (
  select
    diagnosis.claim_id,
    diagnosis.encounter_id,
    diagnosis.item_number,
    diagnosis.code_system,
    diagnosis.code,
    diagnosis_code.shown_code,
    diagnosis.service_date,
    release_day.release
  from core.diagnosis_code as diagnosis_code
  inner join core.diagnosis as diagnosis
    on diagnosis.code = diagnosis_code.code and diagnosis.code_system = 'ICD-10-CM'
  inner join core.release_day as release_day
    on release_day.service_date = diagnosis.service_date
    and release_day.release is not null
    and not release_day.can_only_confirm
  where diagnosis_code.is_header
),

-- One code below the header, where there is one on that day, as an example of the form that is wanted.
below as (
  select
    header_day.code,
    header_day.service_date,
    min(code.code) as example_code
  from (
    select distinct
      coded_header.code,
      coded_header.service_date
    from coded_header
  ) as header_day
  inner join ref.code as code
    on code.code_system = 'ICD-10-CM'
    and code.parent_code = header_day.code
    and code.effective_from <= header_day.service_date
    and coalesce(code.effective_to, date '9999-12-31') >= header_day.service_date
  group by
    header_day.code,
    header_day.service_date
),

violating as (
  select
    coded_header.claim_id,
    coded_header.encounter_id,
    coded_header.item_number,
    coded_header.code_system,
    coded_header.code,
    cast(null as varchar) as related_code,
    coded_header.service_date,
    concat(
      coded_header.shown_code,
      ' is a heading and needs more characters',
      case
        when example.code is null then '.'
        else concat(': the first code below it is ', example.shown_code, '.')
      end
    ) as detail,
    coded_header.release,
    cast(null as decimal(18, 2)) as at_stake_amount
  from coded_header
  left join below
    on below.code = coded_header.code and below.service_date = coded_header.service_date
  left join core.diagnosis_code as example
    on example.code = below.example_code
)
