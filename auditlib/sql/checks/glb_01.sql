-- id: GLB-01
-- title: Visit within the global period of a procedure
-- version: 1
-- unit: practitioner's visit, other than preventive
-- severity: D
-- settings: professional
-- authority: 42 CFR 410.74, 414.40; Medicare Claims Processing Manual (100-04), chapter 12, sections 40.1 and 40.2
-- needs: patient, provider and day of the line, and the relative values (PPRRVU) of the quarters of visit and procedure
-- codesets: physician fee schedule nonQPP
-- fix: Take the visit off; else 24 for another problem, 57 for the decision to operate
-- effective: 2000-01-01
--
-- By who did the procedure, or another of the group with the same specialty: within 10 or 90 days after it without 24;
-- on the day of a major procedure or the day before without 57, 25 or 24. The day of a minor procedure is MOD-03. The
-- finding names the latest such procedure.
with
eligible as (
  select
    visit_line.claim_id,
    visit_line.encounter_id,
    visit_line.line_number,
    visit_line.code_system,
    visit_line.code,
    visit_line.service_date,
    visit_line.modifiers,
    visit_line.patient_id,
    visit_line.group_id,
    visit_line.provider_id,
    visit_line.specialty,
    visit_line.charge_amount,
    1 as counted_as,
    visit_line.patient_id is not null
    and visit_line.provider_id is not null
    and fee_release_day.release is not null
    and coalesce(claim.filing_code, '') <> 'MC' as is_checked
  from core.visit_line as visit_line
  inner join core.claim as claim
    on claim.claim_id = visit_line.claim_id
  left join core.fee_release_day as fee_release_day
    on fee_release_day.service_date = visit_line.service_date
  where
    visit_line.visit_kind not like '%preventive%'
    and visit_line.visit_kind not like '%wellness%'
    and visit_line.visit_kind not like 'welcome%'
),

included as (
  select
    eligible.claim_id,
    eligible.encounter_id,
    eligible.line_number,
    eligible.code_system,
    eligible.code,
    eligible.service_date,
    eligible.charge_amount,
    global_procedure.code as procedure_code,
    global_procedure.service_date as procedure_date,
    global_procedure.global_days,
    global_procedure.release,
    row_number() over (
      partition by eligible.claim_id, eligible.line_number
      order by global_procedure.service_date desc, global_procedure.code
    ) as preference
  from eligible
  inner join core.global_procedure as global_procedure
    on global_procedure.patient_id = eligible.patient_id
    and global_procedure.group_id = eligible.group_id
    and (global_procedure.provider_id = eligible.provider_id or global_procedure.specialty = eligible.specialty)
  where
    eligible.is_checked
    and case
      when global_procedure.service_date < eligible.service_date
        then
          datediff('day', global_procedure.service_date, eligible.service_date) <= global_procedure.global_days
          and not regexp_matches(coalesce(eligible.modifiers, ''), ' 24 ')
      else
        global_procedure.global_days = 90
        and datediff('day', eligible.service_date, global_procedure.service_date) <= 1
        and not regexp_matches(coalesce(eligible.modifiers, ''), ' (24|25|57) ')
    end
),

violating as (
  select
    included.claim_id,
    included.encounter_id,
    included.line_number as item_number,
    included.code_system,
    included.code,
    included.procedure_code as related_code,
    included.service_date,
    concat(
      included.procedure_code,
      ' of ',
      cast(included.procedure_date as varchar),
      ' includes the visit: its payment covers ',
      case
        when included.procedure_date < included.service_date
          then concat('the ', cast(included.global_days as varchar), ' days after it.')
        else 'its day and the day before it.'
      end
    ) as detail,
    included.release,
    included.charge_amount as at_stake_amount
  from included
  where included.preference = 1
)
