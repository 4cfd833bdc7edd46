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
-- Few days have a discarded drug: only their lines are looked at.
discarded_day as (
  select distinct
    procedure_line.first_claim_of_provider,
    procedure_line.from_date,
    procedure_line.code
  from core.procedure_line as procedure_line
  where procedure_line.first_claim_of_provider is not null and procedure_line.modifiers like '% JW %'
),

drug_day as (
  select
    procedure_line.first_claim_of_provider,
    procedure_line.from_date,
    procedure_line.code,
    max(case when coalesce(procedure_line.modifiers, '') not like '% JW %' then 1 else 0 end) as has_dose,
    max(case when procedure_line.modifiers like '% JZ %' then 1 else 0 end) as has_none_discarded
  from discarded_day
  inner join core.procedure_line as procedure_line
    on procedure_line.first_claim_of_provider = discarded_day.first_claim_of_provider
    and procedure_line.from_date = discarded_day.from_date
    and procedure_line.code = discarded_day.code
  group by
    procedure_line.first_claim_of_provider,
    procedure_line.from_date,
    procedure_line.code
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
    drug_day.has_dose,
    drug_day.has_none_discarded,
    1 as counted_as,
    drug_day.code is not null as is_checked
  from core.procedure_line as procedure_line
  left join drug_day
    on drug_day.first_claim_of_provider = procedure_line.first_claim_of_provider
    and drug_day.from_date = procedure_line.from_date
    and drug_day.code = procedure_line.code
  where procedure_line.edit_setting is not null and procedure_line.modifiers like '% JW %'
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
        when eligible.has_dose = 0 then ' was billed as discarded, and no given dose is billed that day.'
        else ' was billed as discarded, and on another line as not discarded (JZ).'
      end
    ) as detail,
    cast(null as varchar) as release,
    eligible.charge_amount as at_stake_amount
  from eligible
  where eligible.is_checked and (eligible.has_dose = 0 or eligible.has_none_discarded = 1)
)
