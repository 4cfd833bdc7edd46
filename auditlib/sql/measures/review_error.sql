-- title: Errors that reviews found, by chart, coder, month, kind, cause and severity
-- row: one chart, coder, month, encounter class, error kind, cause and severity; only the latest completed review of a chart counts
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

error as (
  select
    verdict.encounter_id,
    coalesce(encounter.coder_id, 'unknown') as coder_id,
    coalesce(encounter.encounter_class, 'unknown') as encounter_class,
    date_trunc('month', coalesce(encounter.coded_date, encounter.discharge_date)) as coded_month,
    coalesce(verdict.error_kind, 'not stated') as error_kind,
    coalesce(verdict.cause, 'not stated') as cause,
    coalesce(verdict.error_severity, 'not graded') as error_severity,
    verdict.action
  from verdict
  inner join ranked
    on ranked.audit = verdict.audit
    and ranked.reviewer = verdict.reviewer
    and ranked.encounter_id = verdict.encounter_id
    and ranked.preference = 1
  left join core.encounter as encounter
    on encounter.encounter_id = verdict.encounter_id
  where verdict.action <> 'agree'
)

select
  cast(error.encounter_id as varchar) as encounter_id,
  cast(error.coder_id as varchar) as coder_id,
  cast(error.encounter_class as varchar) as encounter_class,
  cast(error.coded_month as date) as coded_month,
  cast(error.error_kind as varchar) as error_kind,
  cast(error.cause as varchar) as cause,
  cast(error.error_severity as varchar) as error_severity,
  cast(error.action as varchar) as action,
  cast(count(*) as bigint) as error_count
from error
group by
  error.encounter_id,
  error.coder_id,
  error.encounter_class,
  error.coded_month,
  error.error_kind,
  error.cause,
  error.error_severity,
  error.action
order by encounter_id, coder_id, coded_month, encounter_class, error_kind, cause, error_severity, action
