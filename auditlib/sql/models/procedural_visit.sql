-- title: Visits, and the minor procedure of the provider's day that includes them
-- row: one service line with a practitioner's visit, other than preventive
-- key: claim_id, line_number
-- rule: a minor procedure has global days 000 or 010; of several the first by code. It can be checked where the day of
--   the provider is known and a fee schedule is loaded for it; Medicaid has rules of its own
-- source: Medicare Claims Processing Manual (100-04), chapter 12, sections 30.6.6 and 40.1
-- needs: core.visit_line
-- for: checks
with
procedure_day as (
  select
    procedure_line.first_claim_of_provider,
    global_procedure.service_date,
    min(global_procedure.code) as code,
    max(global_procedure.release) as release
  from core.global_procedure as global_procedure
  inner join core.procedure_line as procedure_line
    on procedure_line.claim_id = global_procedure.claim_id and procedure_line.line_number = global_procedure.line_number
  where global_procedure.global_days < 90 and procedure_line.first_claim_of_provider is not null
  group by
    procedure_line.first_claim_of_provider,
    global_procedure.service_date
)

select
  visit_line.claim_id,
  visit_line.line_number,
  visit_line.encounter_id,
  visit_line.code_system,
  visit_line.code,
  visit_line.service_date,
  visit_line.modifiers,
  visit_line.charge_amount,
  procedure_day.code as procedure_code,
  procedure_day.release,
  visit_line.first_claim_of_provider is not null
  and fee_release_day.release is not null
  and coalesce(claim.filing_code, '') <> 'MC' as is_checked
from core.visit_line as visit_line
inner join core.claim as claim
  on claim.claim_id = visit_line.claim_id
left join core.fee_release_day as fee_release_day
  on fee_release_day.service_date = visit_line.service_date
left join procedure_day
  on procedure_day.first_claim_of_provider = visit_line.first_claim_of_provider
  and procedure_day.service_date = visit_line.service_date
where
  visit_line.visit_kind not like '%preventive%'
  and visit_line.visit_kind not like '%wellness%'
  and visit_line.visit_kind not like 'welcome%'
