-- id: MOD-05
-- title: Modifier 59 or X{EPSU} that is not needed or not enough
-- version: 1
-- unit: service line with modifier 59, XE, XS, XP or XU, of a practitioner or an outpatient hospital
-- severity: R
-- settings: professional, outpatient
-- authority: NCCI Policy Manual for Medicare Services, chapter 1, section E; MLN1783722, proper use of modifiers 59, XE, XP, XS and XU
-- needs: patient, provider and day of the line; for a modifier without a pair, NCCI PTP edits of its quarter or a later one
-- codesets: NCCI PTP practitioner, NCCI PTP hospital
-- fix: Take it off where no edit is bypassed or a more specific modifier says it; on a visit use 25
-- effective: 2015-01-01
--
-- 59 beside an X modifier, either on a visit, beside a modifier of a place of the body (which says it already), or where
-- no pair edit of the day concerns the code. The first of these is the finding.
with
concerned as (
  select
    paired_procedure.first_claim_of_provider,
    paired_procedure.service_date,
    paired_procedure.column_1_code as code
  from core.paired_procedure as paired_procedure
  union
  select
    paired_procedure.first_claim_of_provider,
    paired_procedure.service_date,
    paired_procedure.column_2_code as code
  from core.paired_procedure as paired_procedure
),

judged as (
  select
    procedure_line.claim_id,
    procedure_line.encounter_id,
    procedure_line.line_number,
    procedure_line.code_system,
    procedure_line.code,
    procedure_line.from_date,
    procedure_line.charge_amount,
    case
      when regexp_matches(procedure_line.modifiers, ' 59 ') and regexp_matches(procedure_line.modifiers, ' X[ESPU] ')
        then 'it has 59 and an X modifier, which says the same more exactly.'
      when visit_line.claim_id is not null
        then 'on a visit, 25 says that it is separate.'
      when regexp_matches(procedure_line.modifiers, ' (E[1-4]|F[A1-9]|T[A1-9]|LT|RT|LC|LD|RC|LM|RI) ')
        then 'the modifier of the place says already that the services are apart.'
      when edit_release_day.quarter_from is not null and procedure_line.first_claim_of_provider is not null
        then case when concerned.code is null then 'no pair edit of that day concerns it.' end
    end as fault,
    edit_release_day.quarter_from is not null and procedure_line.first_claim_of_provider is not null as is_pair_known
  from core.procedure_line as procedure_line
  left join core.visit_line as visit_line
    on visit_line.claim_id = procedure_line.claim_id and visit_line.line_number = procedure_line.line_number
  left join core.edit_release_day as edit_release_day
    on edit_release_day.service_date = procedure_line.from_date
    and edit_release_day.edit_setting = procedure_line.edit_setting
    and edit_release_day.edit_kind = 'pair'
  left join concerned
    on concerned.first_claim_of_provider = procedure_line.first_claim_of_provider
    and concerned.service_date = procedure_line.from_date
    and concerned.code = procedure_line.code
  where procedure_line.is_stated_distinct and procedure_line.edit_setting is not null
),

eligible as (
  select
    judged.claim_id,
    judged.encounter_id,
    judged.line_number,
    judged.code_system,
    judged.code,
    judged.from_date,
    judged.charge_amount,
    judged.fault,
    1 as counted_as,
    judged.fault is not null or judged.is_pair_known as is_checked
  from judged
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
    concat('Modifier 59 or X on ', eligible.code, ': ', eligible.fault) as detail,
    cast(null as varchar) as release,
    eligible.charge_amount as at_stake_amount
  from eligible
  where eligible.fault is not null
)
