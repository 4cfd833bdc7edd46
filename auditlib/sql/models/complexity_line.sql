-- title: Lines for the complexity of a visit (G2211), and the visit and preventive services beside them
-- row: one service line with G2211 on a professional claim to Medicare, or to a payer that the claim does not say
-- key: claim_id, line_number
-- rule: the visit is an office visit of the claim's day with modifier 25; preventive services are the wellness visits,
--   vaccinations and screenings of Part B
-- source: CMS physician fee schedules of 2024 (88 FR 78818) and 2025, transmittal 13015
-- needs: core.procedure_line
-- for: checks
select
  procedure_line.claim_id,
  procedure_line.line_number,
  procedure_line.encounter_id,
  procedure_line.code_system,
  procedure_line.code,
  procedure_line.from_date as service_date,
  procedure_line.charge_amount,
  claim.filing_code,
  max(
    case
      when
        visit.code between '99202' and '99215'
        and '25' in (visit.modifier_1, visit.modifier_2, visit.modifier_3, visit.modifier_4)
        then visit.code
    end
  ) as visit_code,
  max(
    case
      when
        visit.code in ('G0402', 'G0438', 'G0439', 'G0008', 'G0009', 'G0010', 'G0136', 'G0442', 'G0444', 'G0446', 'G0447')
        or visit.code between '90460' and '90480'
        then 1
      else 0
    end
  ) = 1 as has_preventive_service
from core.procedure_line as procedure_line
inner join core.claim as claim
  on claim.claim_id = procedure_line.claim_id
inner join core.claim_line as visit
  on visit.claim_id = procedure_line.claim_id and visit.from_date = procedure_line.from_date
where
  procedure_line.code = 'G2211'
  and claim.form = 'P'
  and coalesce(claim.filing_code, 'MB') = 'MB'
  and procedure_line.from_date >= date '2024-01-01'
group by
  procedure_line.claim_id,
  procedure_line.line_number,
  procedure_line.encounter_id,
  procedure_line.code_system,
  procedure_line.code,
  procedure_line.from_date,
  procedure_line.charge_amount,
  claim.filing_code
