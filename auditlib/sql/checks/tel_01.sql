-- id: TEL-01
-- title: Telehealth modifier and place of service that disagree
-- version: 1
-- unit: practitioner's service line with place 02 or 10, or modifier 93, 95, FQ or GT
-- severity: R
-- settings: professional
-- authority: Medicare Claims Processing Manual (100-04), chapter 12, section 190; CMS physician fee schedule final rule for 2024
--   (88 FR 78818), places 02 and 10
-- needs: day and place of the line
-- fix: State one way of the visit, by voice (93, FQ) or with picture (95, GT), at place 02 or 10
-- effective: 2022-01-01
--
-- By voice and with picture at once; or since 2024 a telehealth modifier at another place than 02 and 10: allowed then
-- where the clinician is in the hospital and the patient at home, and for therapists. A person decides.
with
eligible as (
  select
    procedure_line.claim_id,
    procedure_line.encounter_id,
    procedure_line.line_number,
    procedure_line.code_system,
    procedure_line.code,
    procedure_line.from_date,
    procedure_line.charge_amount,
    case
      when
        regexp_matches(coalesce(procedure_line.modifiers, ''), ' (93|FQ) ')
        and regexp_matches(coalesce(procedure_line.modifiers, ''), ' (95|GT) ')
        then ' is stated as by voice only and with picture.'
      when
        procedure_line.from_date >= date '2024-01-01'
        and procedure_line.place_of_service not in ('02', '10')
        and regexp_matches(coalesce(procedure_line.modifiers, ''), ' (93|95|FQ|GT) ')
        then concat(' has a telehealth modifier at place of service ', procedure_line.place_of_service, '.')
    end as fault,
    1 as counted_as,
    procedure_line.from_date is not null and procedure_line.place_of_service is not null as is_checked
  from core.procedure_line as procedure_line
  where
    procedure_line.edit_setting in ('practitioner', 'Medicaid practitioner')
    and coalesce(procedure_line.from_date, date '2022-01-01') >= date '2022-01-01'
    and (
      procedure_line.place_of_service in ('02', '10')
      or regexp_matches(coalesce(procedure_line.modifiers, ''), ' (93|95|FQ|GT) ')
    )
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
    concat(eligible.code, eligible.fault) as detail,
    cast(null as varchar) as release,
    eligible.charge_amount as at_stake_amount
  from eligible
  where eligible.is_checked and eligible.fault is not null
)
