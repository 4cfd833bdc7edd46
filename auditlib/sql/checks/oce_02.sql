-- id: OCE-02
-- title: Outpatient procedure on a list of the code editor
-- version: 1
-- unit: service line of an outpatient hospital bill (type 12 or 13) to Medicare with a charge
-- severity: D
-- settings: outpatient
-- authority: CMS Integrated Outpatient Code Editor specifications, edits 9, 28 and 50
-- needs: day of the line, the payer's kind, and the lists of edits 9, 28 and 50 of its quarter
-- codesets: outpatient code editor
-- fix: Bill the code that Medicare recognises (28), or say by GY that the service is not covered (9, 50)
-- effective: 2000-08-01
--
-- Edit 9 lists what is not covered for reasons other than the statute, edit 28 codes that Medicare does not recognise,
-- edit 50 what the statute excludes. GY, GX, GA and GZ say already that no payment is expected.
with
listed_day as (
  select
    list_release_day.service_date,
    min(list_release_day.release) as release
  from core.list_release_day as list_release_day
  where list_release_day.list_name in ('OCE edit 9', 'OCE edit 28', 'OCE edit 50')
  group by list_release_day.service_date
  having count(*) = 3
),

eligible as (
  select
    procedure_line.claim_id,
    procedure_line.encounter_id,
    procedure_line.line_number,
    procedure_line.code_system,
    procedure_line.code,
    procedure_line.from_date,
    procedure_line.charge_amount,
    listed_day.release,
    1 as counted_as,
    claim.filing_code is not null and listed_day.release is not null as is_checked
  from core.procedure_line as procedure_line
  inner join core.claim as claim
    on claim.claim_id = procedure_line.claim_id
  left join listed_day
    on listed_day.service_date = procedure_line.from_date
  where
    claim.form = 'I'
    and substring(ltrim(claim.type_of_bill, '0'), 1, 2) in ('12', '13')
    and coalesce(claim.filing_code, 'MA') = 'MA'
    and procedure_line.charge_amount > 0
    and not regexp_matches(coalesce(procedure_line.modifiers, ''), ' G[AXYZ] ')
),

violating as (
  select
    eligible.claim_id,
    eligible.encounter_id,
    eligible.line_number as item_number,
    eligible.code_system,
    eligible.code,
    cast(null as varchar) as related_code,
    eligible.from_date as service_date,
    concat(
      eligible.code,
      case min(code_list.list_name)
        when 'OCE edit 28' then ' is not recognised by Medicare, which may have another code (edit 28).'
        when 'OCE edit 50' then ' is excluded by statute from what Medicare pays for outpatients (edit 50).'
        else ' is not covered by Medicare for outpatients (edit 9).'
      end
    ) as detail,
    eligible.release,
    eligible.charge_amount as at_stake_amount
  from eligible
  inner join ref.code_list as code_list
    on code_list.list_name in ('OCE edit 9', 'OCE edit 28', 'OCE edit 50')
    and code_list.release = eligible.release
    and code_list.code_system = eligible.code_system
    and code_list.code = eligible.code
  where eligible.is_checked
  group by
    eligible.claim_id,
    eligible.encounter_id,
    eligible.line_number,
    eligible.code_system,
    eligible.code,
    eligible.from_date,
    eligible.release,
    eligible.charge_amount
)
