-- title: Visits on professional claims, with patient, group and specialty
-- row: one service line with a visit (evaluation and management) on a professional claim that stands
-- key: claim_id, line_number
-- rule: the kind of visit is that of its code on the day. A group is who has one tax number, without it who has one
--   NPI as billing provider; the specialty is the taxonomy code of who rendered the visit
-- source: Medicare Claims Processing Manual (100-04), chapter 12, section 30.6
-- needs: core.procedure_line
-- for: checks
select
  procedure_line.claim_id,
  procedure_line.line_number,
  procedure_line.encounter_id,
  procedure_line.code_system,
  procedure_line.code,
  line_rule.value as visit_kind,
  procedure_line.from_date as service_date,
  procedure_line.modifiers,
  procedure_line.place_of_service,
  claim.patient_id,
  coalesce(claim.billing_tax_id, claim.billing_provider_id) as group_id,
  coalesce(claim.rendering_provider_id, claim.billing_provider_id) as provider_id,
  coalesce(
    claim.rendering_taxonomy_code,
    case when claim.rendering_provider_id is null then claim.billing_taxonomy_code end
  ) as specialty,
  procedure_line.charge_amount,
  procedure_line.first_claim_of_provider,
  procedure_line.first_claim_of_group
from core.procedure_line as procedure_line
inner join ref.line_rule as line_rule
  on line_rule.rule = 'visit'
  and line_rule.code = procedure_line.code
  and line_rule.effective_from <= procedure_line.from_date
  and coalesce(line_rule.effective_to, date '9999-12-31') >= procedure_line.from_date
inner join core.claim as claim
  on claim.claim_id = procedure_line.claim_id
where claim.form = 'P'
order by procedure_line.claim_id, procedure_line.line_number
