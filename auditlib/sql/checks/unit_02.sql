-- id: UNIT-02
-- title: Discarded drug without the given one, or beside none discarded
-- version: 1
-- unit: service line with modifier JW, of a practitioner or an outpatient hospital
-- severity: R
-- settings: professional, outpatient
-- authority: Medicare Claims Processing Manual (100-04), chapter 17, section 40; CMS, Discarded Drugs and Biologicals, frequently
--   asked questions
-- needs: patient, provider and day of the line
-- fix: Bill what was given on a line of its own without JW; JZ only where nothing of the day's vials was discarded
-- effective: 2017-01-01
--
-- JW is the part of a vial that was thrown away after the dose. No line of the drug without JW is on the provider's
-- day, or one with JZ, which says that nothing was discarded. Several vials of a day may explain it.
with
discarded as (
  select
    procedure_line.claim_id,
    procedure_line.encounter_id,
    procedure_line.line_number,
    procedure_line.code_system,
    procedure_line.code,
    procedure_line.from_date,
    procedure_line.charge_amount,
    procedure_line.first_claim_of_provider
  from core.procedure_line as procedure_line
  where procedure_line.edit_setting is not null and procedure_line.modifiers like '% JW %'
),

-- A line whose patient, provider or day is not known has no lines of its day.
eligible as (
  select
    discarded.claim_id,
    discarded.encounter_id,
    discarded.line_number,
    discarded.code_system,
    discarded.code,
    discarded.from_date,
    discarded.charge_amount,
    bool_or(coalesce(of_day.modifiers, '') not like '% JW %') as has_dose,
    bool_or(of_day.modifiers like '% JZ %') as has_none_discarded,
    1 as counted_as,
    max(of_day.claim_id) is not null as is_checked
  from discarded
  left join core.procedure_line as of_day
    on of_day.first_claim_of_provider = discarded.first_claim_of_provider
    and of_day.from_date = discarded.from_date
    and of_day.code = discarded.code
  group by
    discarded.claim_id,
    discarded.encounter_id,
    discarded.line_number,
    discarded.code_system,
    discarded.code,
    discarded.from_date,
    discarded.charge_amount
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
      case
        when not eligible.has_dose then ' was billed as discarded, and no given dose is billed that day.'
        else ' was billed as discarded, and on another line as not discarded (JZ).'
      end
    ) as detail,
    cast(null as varchar) as release,
    eligible.charge_amount as at_stake_amount
  from eligible
  where not eligible.has_dose or eligible.has_none_discarded
)
