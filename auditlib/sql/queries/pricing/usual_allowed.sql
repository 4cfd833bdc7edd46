-- What payers allowed for wanted codes wherever they paid them as billed, one row per answered line with its modifiers.
select
  answered_line.payer_key,
  answered_line.billed_code as code,
  claim_line.modifier_1,
  claim_line.modifier_2,
  claim_line.modifier_3,
  claim_line.modifier_4,
  answered_line.service_date,
  answered_line.allowed_amount,
  answered_line.paid_unit_count as unit_count,
  answered_line.encounter_id
from core.answered_line as answered_line
inner join (
  select distinct
    wanted_allowed.payer_key,
    wanted_allowed.code
  from wanted_allowed
) as wanted
  on wanted.payer_key = answered_line.payer_key and wanted.code = answered_line.billed_code
inner join core.claim_line as claim_line
  on claim_line.claim_id = answered_line.claim_id and claim_line.line_number = answered_line.claim_line_number
where
  answered_line.paid_code = answered_line.billed_code
  and answered_line.paid_unit_count >= coalesce(answered_line.billed_unit_count, answered_line.paid_unit_count)
  and answered_line.allowed_amount > 0
  and answered_line.paid_unit_count > 0
  and not answered_line.is_refused
  and not answered_line.is_paid_by_group
order by answered_line.remit_claim_id, answered_line.line_number
