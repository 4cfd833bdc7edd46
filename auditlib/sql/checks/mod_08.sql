-- id: MOD-08
-- title: Reduced, discontinued or increased service without a report
-- version: 1
-- unit: service line with modifier 22, 52, 53, 73 or 74 of an encounter
-- severity: R
-- settings: professional, outpatient
-- authority: Medicare Claims Processing Manual (100-04), chapter 12, section 20.4.6; chapter 4, section 20.6.4
-- needs: documents of the encounter
-- fix: Send the operative or procedure note: it has to say what was left out or was more, and why
-- effective: 2000-01-01
--
-- No operative or procedure note is among the documents of the encounter. Whether a note that is there explains the
-- modifier is for a person to say. An encounter without any document is not checked: its record is not loaded.
with
recorded as (
  select
    document.encounter_id,
    bool_or(regexp_matches(lower(concat(document.document_type, ' ', document.title)), 'operati|procedure|surg|anesth'))
      as has_report
  from core.document as document
  group by document.encounter_id
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
    recorded.has_report,
    1 as counted_as,
    recorded.encounter_id is not null as is_checked
  from core.procedure_line as procedure_line
  left join recorded
    on recorded.encounter_id = procedure_line.encounter_id
  where regexp_matches(coalesce(procedure_line.modifiers, ''), ' (22|52|53|73|74) ')
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
      ' was billed as reduced, discontinued or increased, and no operative or procedure note is loaded.'
    ) as detail,
    cast(null as varchar) as release,
    eligible.charge_amount as at_stake_amount
  from eligible
  where not eligible.has_report
)
