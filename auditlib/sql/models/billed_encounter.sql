-- title: The encounters known from claims only
-- row: one encounter that no file gave, with the claim that describes it
-- key: encounter_id
-- loaded: core.encounter
-- needs: core.claim_encounter
-- cut: patient_control_number
-- rule: the latest claim to the first payer describes its encounter, voids never; a claim without any date describes
--   none. The class follows from the type of bill, the revenue codes or the place of service
-- source: NUBC type of bill and revenue codes 036x, 045x and 049x; CMS place of service codes
with ranked as (
  select
    claim.claim_id,
    claim_encounter.encounter_id,
    row_number() over (
      partition by claim_encounter.encounter_id
      order by
        case claim.payer_sequence when 'P' then 0 when 'S' then 1 else 2 end,
        claim.submit_date desc nulls last,
        claim.claim_id desc
    ) as preference
  from core.claim as claim
  inner join core.claim_encounter as claim_encounter
    on claim_encounter.claim_id = claim.claim_id
  left join core.encounter as encounter
    on encounter.encounter_id = claim_encounter.encounter_id and encounter.origin <> 'claim'
  where coalesce(claim.frequency_code, '1') <> '8' and encounter.encounter_id is null
),

telling_revenue as (
  select
    claim_line.claim_id,
    max(case when claim_line.revenue_code like '045%' then 1 else 0 end) as has_emergency_room,
    max(case when claim_line.revenue_code like '045%' then 0 else 1 end) as has_operating_room
  from core.claim_line as claim_line
  where
    claim_line.revenue_code like '045%'
    or claim_line.revenue_code like '036%'
    or claim_line.revenue_code like '049%'
  group by claim_line.claim_id
)

select
  cast(ranked.encounter_id as varchar) as encounter_id,
  cast(claim.claim_id as bigint) as claim_id,
  cast(
    case
      when claim.form = 'I' and substring(claim.type_of_bill, 1, 2) in ('11', '12') then 'inpatient'
      when claim.form = 'I' and telling_revenue.has_operating_room = 1 then 'outpatient surgery'
      when claim.form = 'I' and telling_revenue.has_emergency_room = 1 then 'emergency'
      when claim.form = 'P' and claim.place_of_service = '11' then 'office'
      when claim.form = 'P' and claim.place_of_service = '21' then 'inpatient'
      when claim.form = 'P' and claim.place_of_service = '23' then 'emergency'
      when claim.form = 'P' and claim.place_of_service in ('22', '24') then 'outpatient surgery'
      else 'other'
    end as varchar
  ) as encounter_class
from ranked
inner join core.claim as claim
  on claim.claim_id = ranked.claim_id
left join telling_revenue
  on telling_revenue.claim_id = claim.claim_id
where ranked.preference = 1 and coalesce(claim.from_date, claim.submit_date) is not null
