-- title: Every chart that counts in the accuracy of all audits
-- row: one chart with its coder, provider, facility and dates; of several audits the latest completed review counts
-- frames: reviewed_chart (one row per audit and chart that counts)
with ranked as (
  select
    reviewed_chart.audit,
    reviewed_chart.reviewer,
    reviewed_chart.encounter_id,
    reviewed_chart.completed_at,
    row_number() over (
      partition by reviewed_chart.encounter_id
      order by reviewed_chart.completed_at desc, reviewed_chart.audit desc, reviewed_chart.reviewer desc
    ) as preference,
    count(*) over (partition by reviewed_chart.encounter_id) as review_count
  from reviewed_chart
  where reviewed_chart.completed_at is not null
),

-- Each code of the provider taxonomy with its latest title.
taxonomy as (
  select
    code.code,
    max(code.long_description) as title
  from ref.code as code
  where code.code_system = 'provider taxonomy'
  group by code.code
),

-- A coder's file seldom says the specialty; the claims of its encounter may.
of_claim as (
  select
    claim_encounter.encounter_id,
    min(coalesce(claim.rendering_taxonomy_code, claim.billing_taxonomy_code)) as code,
    min(taxonomy.title) as title
  from core.claim as claim
  inner join core.claim_encounter as claim_encounter
    on claim_encounter.claim_id = claim.claim_id
  inner join ranked
    on ranked.encounter_id = claim_encounter.encounter_id
  left join taxonomy
    on taxonomy.code = coalesce(claim.rendering_taxonomy_code, claim.billing_taxonomy_code)
  where coalesce(claim.rendering_taxonomy_code, claim.billing_taxonomy_code) is not null
  group by claim_encounter.encounter_id
)

select
  cast(ranked.audit as varchar) as audit,
  cast(ranked.encounter_id as varchar) as encounter_id,
  cast(ranked.reviewer as varchar) as reviewer,
  cast(ranked.review_count - 1 as bigint) as earlier_audit_count,
  cast(coalesce(encounter.coder_id, 'not known') as varchar) as coder_id,
  cast(coalesce(encounter.provider_id, 'not known') as varchar) as provider_id,
  cast(coalesce(encounter.facility_id, 'not known') as varchar) as facility_id,
  cast(coalesce(taxonomy.title, encounter.specialty, of_claim.title, of_claim.code, 'not known') as varchar) as specialty,
  cast(coalesce(encounter.encounter_class, 'not known') as varchar) as encounter_class,
  cast(coalesce(encounter.discharge_date, encounter.admit_date) as date) as service_date,
  cast(coalesce(encounter.coded_date, encounter.discharge_date, encounter.admit_date) as date) as coded_date,
  cast(ranked.completed_at as date) as reviewed_date
from ranked
left join core.encounter as encounter
  on encounter.encounter_id = ranked.encounter_id
left join taxonomy
  on taxonomy.code = encounter.specialty
left join of_claim
  on of_claim.encounter_id = ranked.encounter_id
where ranked.preference = 1
order by encounter_id
