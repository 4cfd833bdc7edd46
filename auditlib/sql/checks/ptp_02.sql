-- id: PTP-02
-- title: Procedure paid beside another only with a modifier, and it has none
-- version: 1
-- unit: service line with a procedure code, of a practitioner or an outpatient hospital
-- severity: D
-- settings: professional, outpatient
-- authority: CMS NCCI procedure-to-procedure edits; NCCI Policy Manual for Medicare Services, chapter 1
-- needs: patient, provider and date of the line, and NCCI PTP edits of its quarter or a later one (for practitioners or
--   for hospitals)
-- fix: Take the code off, or add the modifier if the record shows a separate service
-- effective: 1996-01-01
--
-- The column 2 code of an edit with indicator 1, where neither it nor the column 1 code has a modifier that NCCI accepts.
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

barred as (
  select
    procedure_line.claim_id,
    procedure_line.line_number,
    min(paired_procedure.column_1_code) as column_1_code
  from core.paired_procedure as paired_procedure
  inner join core.procedure_line as procedure_line
    on procedure_line.first_claim_of_provider = paired_procedure.first_claim_of_provider
    and procedure_line.from_date = paired_procedure.service_date
    and procedure_line.code = paired_procedure.column_2_code
  where
    paired_procedure.modifier_indicator = '1'
    and not procedure_line.has_unbundling_modifier
    and not procedure_line.is_stated_distinct
    and not paired_procedure.is_paid_code_unbundled
  group by
    procedure_line.claim_id,
    procedure_line.line_number
),

violating as (
  select
    procedure_line.claim_id,
    procedure_line.encounter_id,
    procedure_line.line_number as item_number,
    procedure_line.code_system,
    procedure_line.code,
    barred.column_1_code as related_code,
    procedure_line.from_date as service_date,
    concat(
      procedure_line.code,
      ' is paid beside ',
      barred.column_1_code,
      ' on one day only with a modifier, and neither line has one that counts.'
    ) as detail,
    paired_procedure.release,
    procedure_line.charge_amount as at_stake_amount
  from barred
  inner join core.procedure_line as procedure_line
    on procedure_line.claim_id = barred.claim_id and procedure_line.line_number = barred.line_number
  inner join core.paired_procedure as paired_procedure
    on paired_procedure.first_claim_of_provider = procedure_line.first_claim_of_provider
    and paired_procedure.service_date = procedure_line.from_date
    and paired_procedure.column_2_code = procedure_line.code
    and paired_procedure.column_1_code = barred.column_1_code
)
