-- id: REV-01
-- title: Revenue code that is unknown or not in force
-- version: 1
-- unit: service line of an institutional claim with a revenue code
-- severity: F
-- settings: institutional
-- authority: Official UB-04 Data Specifications Manual (NUBC), form locator 42, by the list that you license; Integrated
--   Outpatient Code Editor, edit 41
-- needs: your list of revenue codes for the day of service, of at least 400 codes
-- codesets: revenue code
-- fix: Look the code up in the list of the day: a digit may be missing or transposed
-- effective: 2012-01-01
--
-- A list with fewer codes is taken for a part of the whole one, by which nothing can be called unknown.
with
billed as (
  select
    claim_line.claim_id,
    claim_role.encounter_id,
    claim_line.line_number,
    lpad(claim_line.revenue_code, 4, '0') as revenue_code,
    coalesce(claim_line.from_date, claim.from_date) as service_date,
    claim_line.charge_amount
  from core.claim_line as claim_line
  inner join core.claim as claim
    on claim.claim_id = claim_line.claim_id
  inner join core.claim_role as claim_role
    on claim_role.claim_id = claim_line.claim_id
  where claim.form = 'I' and claim_line.revenue_code is not null
),

whole_list as (
  select
    release.release,
    release.effective_from,
    coalesce(release.effective_to, date '9999-12-31') as effective_to
  from ref.release as release
  inner join ref.code as code
    on code.code_system = release.code_system and code.release = release.release
  where release.code_system = 'revenue code' and not coalesce(release.can_only_confirm, false)
  group by
    release.release,
    release.effective_from,
    coalesce(release.effective_to, date '9999-12-31')
  having count(*) >= 400
),

list_day as (
  select
    billed_day.service_date,
    max_by(whole_list.release, whole_list.effective_from) as release
  from (select distinct billed.service_date from billed) as billed_day
  inner join whole_list
    on whole_list.effective_from <= billed_day.service_date and whole_list.effective_to >= billed_day.service_date
  group by billed_day.service_date
),

eligible as (
  select
    billed.claim_id,
    billed.encounter_id,
    billed.line_number,
    billed.revenue_code,
    billed.service_date,
    billed.charge_amount,
    list_day.release,
    1 as counted_as,
    list_day.release is not null as is_checked
  from billed
  left join list_day
    on list_day.service_date = billed.service_date
),

violating as (
  select
    eligible.claim_id,
    eligible.encounter_id,
    eligible.line_number as item_number,
    cast(null as varchar) as code_system,
    eligible.revenue_code as code,
    cast(null as varchar) as related_code,
    eligible.service_date,
    concat(eligible.revenue_code, ' is not on your list of revenue codes for the day.') as detail,
    eligible.release,
    eligible.charge_amount as at_stake_amount
  from eligible
  left join ref.code as code
    on code.code_system = 'revenue code' and code.release = eligible.release and code.code = eligible.revenue_code
  where eligible.is_checked and code.code is null
)
