-- id: POS-01
-- title: Place of service invalid or not in force
-- version: 1
-- unit: service line of a professional claim, with a procedure code
-- severity: F
-- settings: professional
-- authority: CMS Place of Service Code Set; Medicare Claims Processing Manual (100-04), chapter 26, section 10.5
-- needs: day and place of the line
-- codesets: place of service
-- fix: Take the place from the list of the day; 02 and 10 for telehealth
-- effective: 2005-01-01
--
-- The place of the line, else of the claim, is none of the national list on the day. A file without places is not judged.
with
place as (
  select
    code.code,
    code.effective_from,
    coalesce(code.effective_to, date '9999-12-31') as effective_to
  from ref.code as code
  where code.code_system = 'place of service'
),

stated as (
  select
    coalesce(procedure_line.place_of_service, '') as place_of_service,
    procedure_line.from_date,
    count(*) as line_count
  from core.procedure_line as procedure_line
  inner join core.claim as claim
    on claim.claim_id = procedure_line.claim_id
  where claim.form = 'P'
  group by
    coalesce(procedure_line.place_of_service, ''),
    procedure_line.from_date
),

in_force as (
  select distinct
    stated.place_of_service,
    stated.from_date
  from stated
  inner join place
    on place.code = stated.place_of_service
    and place.effective_from <= stated.from_date
    and place.effective_to >= stated.from_date
),

listed_from as (
  select min(release.effective_from) as first_day
  from ref.release as release
  where release.code_system = 'place of service'
),

eligible as (
  select
    stated.place_of_service,
    stated.from_date,
    in_force.place_of_service is not null as is_in_force,
    stated.line_count as counted_as,
    stated.place_of_service <> '' and coalesce(stated.from_date >= listed_from.first_day, false) as is_checked
  from stated
  inner join listed_from
    on true
  left join in_force
    on in_force.place_of_service = stated.place_of_service and in_force.from_date = stated.from_date
),

violating as (
  select
    procedure_line.claim_id,
    procedure_line.encounter_id,
    procedure_line.line_number as item_number,
    procedure_line.code_system,
    procedure_line.code,
    eligible.place_of_service as related_code,
    procedure_line.from_date as service_date,
    concat(
      'Place of service ',
      eligible.place_of_service,
      ' is not in the national list on ',
      cast(eligible.from_date as varchar),
      '.'
    ) as detail,
    cast(null as varchar) as release,
    procedure_line.charge_amount as at_stake_amount
  from eligible
  inner join core.procedure_line as procedure_line
    on procedure_line.place_of_service = eligible.place_of_service
    and procedure_line.from_date = eligible.from_date
  inner join core.claim as claim
    on claim.claim_id = procedure_line.claim_id
  where claim.form = 'P' and eligible.is_checked and not eligible.is_in_force
)
