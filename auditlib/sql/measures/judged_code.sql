-- title: Every judged code of the final verdicts
-- row: one code of a chart that counts, by its final verdict: the coder's, or one that the reviewer added; a chart that several audits reviewed counts by the latest completed review
-- frames: verdict (rows of final verdicts), judged_chart (rows of judged_chart.sql), code_family (one row per family)
with judged as (
  select
    verdict.audit,
    verdict.reviewer,
    verdict.encounter_id,
    judged_chart.reviewed_date,
    verdict.code_number,
    verdict.action,
    coalesce(verdict.code_system, verdict.corrected_code_system) as code_system,
    coalesce(verdict.code, verdict.corrected_code) as code,
    verdict.corrected_code_role,
    verdict.error_kind,
    verdict.cause,
    verdict.payment_difference,
    verdict.event_number
  from verdict
  inner join judged_chart
    on judged_chart.audit = verdict.audit
    and judged_chart.reviewer = verdict.reviewer
    and judged_chart.encounter_id = verdict.encounter_id
)

select
  cast(judged.audit as varchar) as audit,
  cast(judged.encounter_id as varchar) as encounter_id,
  cast(judged.reviewer as varchar) as reviewer,
  cast(judged.reviewed_date as date) as reviewed_date,
  cast(judged.code_number as bigint) as code_number,
  cast(judged.code_system as varchar) as code_system,
  cast(judged.code as varchar) as code,
  cast(coalesce(code_family.code_family, judged.code_system || ', other', 'no code') as varchar) as code_family,
  cast(coalesce(encounter_code.code_role, judged.corrected_code_role, 'not known') as varchar) as code_role,
  cast(judged.action as varchar) as action,
  cast(judged.action = 'agree' as boolean) as is_right,
  cast(case when judged.action <> 'agree' then coalesce(judged.error_kind, 'not stated') end as varchar) as error_kind,
  cast(case when judged.action <> 'agree' then coalesce(judged.cause, 'not stated') end as varchar) as cause,
  cast(case when judged.action <> 'agree' then judged.payment_difference end as decimal(18, 2)) as payment_difference,
  cast(case when judged.action = 'delete' then 0 else 1 end as bigint) as reviewer_code_count,
  cast(case when judged.action = 'add' then 0 else 1 end as bigint) as coder_code_count,
  cast(case when judged.action = 'change' then 2 else 1 end as bigint) as union_count
from judged
left join core.encounter_code as encounter_code
  on encounter_code.encounter_id = judged.encounter_id
  and encounter_code.code_number = judged.code_number
left join code_family
  on code_family.code_system = judged.code_system
  and substr(judged.code, 1, length(code_family.code_from)) between code_family.code_from and code_family.code_to
  and (
    code_family.last_letter is null
    or code_family.last_letter = case when substr(judged.code, 5, 1) between '0' and '9' then '' else substr(judged.code, 5, 1) end
  )
order by judged.encounter_id, judged.code_number nulls last, judged.code_system, judged.code, judged.event_number
