-- title: Billed visits whose level minutes can choose, beside the minutes that the record states
-- row: one service line of a visit on a professional claim that stands
-- key: claim_id, line_number
-- needs: core.procedure_line
-- cut: patient_id
-- rule: the level that the stated minutes support is the highest code of the kind of visit whose least minutes are met;
--   one without least minutes, as 99211 and 99238, is met by any. Time chooses no emergency visit.
--   Minutes are taken where one visit of one provider is billed for the encounter and day: else nobody can say whose
--   they are
-- source: CPT evaluation and management guidelines; auditlib/codes/visit_levels.csv
with
visit as (
  select
    procedure_line.claim_id,
    procedure_line.line_number,
    procedure_line.encounter_id,
    procedure_line.code_system,
    procedure_line.code,
    procedure_line.from_date as service_date,
    visit_rule.visit_kind,
    visit_rule.level_number,
    coalesce(claim.rendering_provider_id, claim.billing_provider_id) as provider_id,
    procedure_line.charge_amount
  from core.procedure_line as procedure_line
  inner join core.claim as claim
    on claim.claim_id = procedure_line.claim_id
  inner join core.visit_rule as visit_rule
    on visit_rule.code = procedure_line.code
    and procedure_line.from_date between visit_rule.first_date and visit_rule.last_date
  where claim.form = 'P'
),

-- One provider's visits of one kind on the day: a corrected claim has the same one again.
alone as (
  select
    visit.encounter_id,
    visit.service_date
  from visit
  where visit.encounter_id is not null
  group by
    visit.encounter_id,
    visit.service_date
  having
    count(distinct visit.visit_kind) = 1
    and count(distinct visit.provider_id) = 1
    and count(visit.provider_id) = count(*)
),

timed as (
  select
    visit.claim_id,
    visit.line_number,
    stated_minutes.minute_count,
    max(visit_rule.level_number) as minutes_level_number
  from visit
  inner join alone
    on alone.encounter_id = visit.encounter_id and alone.service_date = visit.service_date
  inner join core.stated_minutes as stated_minutes
    on stated_minutes.encounter_id = visit.encounter_id and stated_minutes.service_date = visit.service_date
  left join core.visit_rule as visit_rule
    on visit_rule.visit_kind = visit.visit_kind
    and visit.service_date between visit_rule.first_date and visit_rule.last_date
    and coalesce(visit_rule.least_minutes, 0) <= stated_minutes.minute_count
  where visit.visit_kind <> 'emergency visit'
  group by
    visit.claim_id,
    visit.line_number,
    stated_minutes.minute_count
)

select
  visit.claim_id,
  visit.line_number,
  visit.encounter_id,
  visit.code_system,
  visit.code,
  visit.service_date,
  visit.visit_kind,
  visit.level_number,
  visit.provider_id,
  timed.minute_count,
  timed.minutes_level_number,
  supported.code as minutes_code,
  visit.charge_amount
from visit
left join timed
  on timed.claim_id = visit.claim_id and timed.line_number = visit.line_number
left join core.visit_rule as supported
  on supported.visit_kind = visit.visit_kind
  and supported.level_number = timed.minutes_level_number
  and visit.service_date between supported.first_date and supported.last_date
order by visit.claim_id, visit.line_number
