-- title: Procedures of practitioners that have a global period
-- row: one service line with a procedure that has a global period, on a professional claim that stands
-- key: claim_id, line_number
-- rule: the global days of the code in the fee schedule of the day: 000, 010 or 090. Left out is who had a part only:
--   assistants (80, 81, 82, AS), surgical care without what follows (54), care before or after it (55, 56), the technical
--   part (TC), and a procedure that was broken off (53, 73)
-- source: CMS National Physician Fee Schedule Relative Value File; Medicare Claims Processing Manual (100-04), chapter 12,
--   section 40
-- needs: core.fee_release_day
-- for: checks
select
  procedure_line.claim_id,
  procedure_line.line_number,
  procedure_line.code,
  procedure_line.from_date as service_date,
  case fee_schedule.global_days when '090' then 90 when '010' then 10 else 0 end as global_days,
  claim.patient_id,
  coalesce(claim.billing_tax_id, claim.billing_provider_id) as group_id,
  coalesce(claim.rendering_provider_id, claim.billing_provider_id) as provider_id,
  coalesce(
    claim.rendering_taxonomy_code,
    case when claim.rendering_provider_id is null then claim.billing_taxonomy_code end
  ) as specialty,
  fee_schedule.release
from core.procedure_line as procedure_line
inner join core.fee_release_day as fee_release_day
  on fee_release_day.service_date = procedure_line.from_date
inner join ref.fee_schedule as fee_schedule
  on fee_schedule.release = fee_release_day.release
  and fee_schedule.code = procedure_line.code
  and fee_schedule.modifier = ''
  and fee_schedule.global_days in ('000', '010', '090')
inner join core.claim as claim
  on claim.claim_id = procedure_line.claim_id
where
  claim.form = 'P'
  and not regexp_matches(coalesce(procedure_line.modifiers, ''), ' (53|54|55|56|73|80|81|82|AS|TC) ')
order by procedure_line.claim_id, procedure_line.line_number
