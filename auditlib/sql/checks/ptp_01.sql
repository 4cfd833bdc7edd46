-- id: PTP-01
-- title: Procedure never paid beside another of the day
-- version: 1
-- unit: service line with a procedure code, of a practitioner or an outpatient hospital
-- severity: D
-- settings: professional, outpatient
-- authority: CMS NCCI procedure-to-procedure edits; NCCI Policy Manual for Medicare Services, chapter 1
-- needs: patient, provider and date of the line, and NCCI PTP edits of its quarter or a later one (for practitioners or
--   for hospitals)
-- codesets: NCCI PTP practitioner, NCCI PTP hospital
-- fix: Take the code off: the code beside it includes it
-- effective: 1996-01-01
--
-- The column 2 code of an edit with indicator 0, whatever its modifiers. Where several codes bar it, the first is named.
with
eligible as (
  select
    1 as counted_as,
    procedure_line.first_claim_of_provider is not null and edit_release_day.quarter_from is not null as is_checked
  from core.procedure_line as procedure_line
  left join core.edit_release_day as edit_release_day
    on edit_release_day.service_date = procedure_line.from_date
    and edit_release_day.edit_setting = procedure_line.edit_setting
    and edit_release_day.edit_kind = 'pair'
  where procedure_line.edit_setting is not null
),

violating as (
  select
    procedure_line.claim_id,
    procedure_line.encounter_id,
    procedure_line.line_number as item_number,
    procedure_line.code_system,
    procedure_line.code,
    barred_line.column_1_code as related_code,
    procedure_line.from_date as service_date,
    concat(
      procedure_line.code,
      ' is not paid beside ',
      barred_line.column_1_code,
      ' on one day, with or without a modifier.'
    ) as detail,
    barred_line.release,
    procedure_line.charge_amount as at_stake_amount
  from core.barred_line as barred_line
  inner join core.procedure_line as procedure_line
    on procedure_line.claim_id = barred_line.claim_id and procedure_line.line_number = barred_line.line_number
  where barred_line.pair_result = 'never paid'
)
