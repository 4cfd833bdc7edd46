-- title: What reviews found of the discharge status and the DRG of stays
-- row: one stay and fact on which a verdict counts
-- frames: stay_verdict (one row per stay and judged fact, the verdict that counts)
select
  cast(stay_verdict.encounter_id as varchar) as encounter_id,
  cast(stay_verdict.code_system as varchar) as code_system,
  cast(stay_verdict.reviewer as varchar) as reviewer,
  cast(coalesce(encounter.coder_id, 'unknown') as varchar) as coder_id,
  cast(coalesce(encounter.encounter_class, 'unknown') as varchar) as encounter_class,
  cast(date_trunc('month', coalesce(encounter.coded_date, encounter.discharge_date)) as date) as coded_month,
  cast(case when stay_verdict.action = 'agree' then 1 else 0 end as bigint) as right_count,
  cast(1 as bigint) as stay_count
from stay_verdict
left join core.encounter as encounter
  on encounter.encounter_id = stay_verdict.encounter_id
order by encounter_id, code_system
