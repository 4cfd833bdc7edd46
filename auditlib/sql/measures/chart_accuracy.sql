-- title: What the review of each chart found
-- row: one chart whose review is complete; where several reviewers completed it, the latest completed review counts
-- frames: verdict (one row per reviewed code, the latest verdict), reviewed_chart (one row per chart and reviewer)
with ranked as (
  select
    reviewed_chart.audit,
    reviewed_chart.reviewer,
    reviewed_chart.encounter_id,
    row_number() over (
      partition by reviewed_chart.encounter_id
      order by reviewed_chart.completed_at desc, reviewed_chart.audit desc, reviewed_chart.reviewer desc
    ) as preference
  from reviewed_chart
  where reviewed_chart.completed_at is not null
),

action_count as (
  select
    verdict.audit,
    verdict.reviewer,
    verdict.encounter_id,
    sum(case when verdict.action = 'agree' then 1 else 0 end) as agree_count,
    sum(case when verdict.action = 'change' then 1 else 0 end) as change_count,
    sum(case when verdict.action = 'delete' then 1 else 0 end) as delete_count,
    sum(case when verdict.action = 'add' then 1 else 0 end) as add_count,
    sum(case when verdict.action = 'no record' then 1 else 0 end) as no_record_count
  from verdict
  group by
    verdict.audit,
    verdict.reviewer,
    verdict.encounter_id
)

select
  cast(ranked.encounter_id as varchar) as encounter_id,
  cast(ranked.audit as varchar) as audit,
  cast(ranked.reviewer as varchar) as reviewer,
  cast(coalesce(encounter.coder_id, 'unknown') as varchar) as coder_id,
  cast(coalesce(encounter.encounter_class, 'unknown') as varchar) as encounter_class,
  cast(date_trunc('month', coalesce(encounter.coded_date, encounter.discharge_date)) as date) as coded_month,
  cast(coalesce(action_count.agree_count, 0) as bigint) as agree_count,
  cast(coalesce(action_count.change_count, 0) as bigint) as change_count,
  cast(coalesce(action_count.delete_count, 0) as bigint) as delete_count,
  cast(coalesce(action_count.add_count, 0) as bigint) as add_count,
  cast(coalesce(action_count.no_record_count, 0) as bigint) as no_record_count
from ranked
left join action_count
  on action_count.audit = ranked.audit
  and action_count.reviewer = ranked.reviewer
  and action_count.encounter_id = ranked.encounter_id
left join core.encounter as encounter
  on encounter.encounter_id = ranked.encounter_id
where ranked.preference = 1
order by encounter_id
