-- id: POS-02
-- title: Visit at a place where it is not given
-- version: 1
-- unit: practitioner's visit with a place of service
-- severity: R
-- settings: professional
-- authority: Medicare Claims Processing Manual (100-04), chapter 12, sections 30.6.7, 30.6.9, 30.6.11, 30.6.13 and 30.6.14; chapter
--   26, section 10.5
-- needs: day and place of the line
-- fix: Correct the place, or bill the visit of that place
-- effective: 2000-01-01
--
-- As an emergency visit in an office, a hospital visit at home, an office visit in a ward. The project's table lists the
-- places that contradict each kind of visit. The place of a registered inpatient follows the hospital wherever the
-- visit was: a person decides.
with
eligible as (
  select
    visit_line.claim_id,
    visit_line.encounter_id,
    visit_line.line_number,
    visit_line.code_system,
    visit_line.code,
    visit_line.visit_kind,
    visit_line.service_date,
    visit_line.place_of_service,
    visit_line.charge_amount,
    1 as counted_as,
    visit_line.place_of_service is not null as is_checked
  from core.visit_line as visit_line
),

violating as (
  select
    eligible.claim_id,
    eligible.encounter_id,
    eligible.line_number as item_number,
    eligible.code_system,
    eligible.code,
    eligible.place_of_service as related_code,
    eligible.service_date,
    concat(
      eligible.code,
      ' (',
      eligible.visit_kind,
      ') contradicts place of service ',
      eligible.place_of_service,
      '.'
    ) as detail,
    cast(null as varchar) as release,
    eligible.charge_amount as at_stake_amount
  from eligible
  inner join ref.line_rule as line_rule
    on line_rule.rule = 'place against visit'
    and line_rule.code = eligible.visit_kind
    and line_rule.value = eligible.place_of_service
    and line_rule.effective_from <= eligible.service_date
    and coalesce(line_rule.effective_to, date '9999-12-31') >= eligible.service_date
)
