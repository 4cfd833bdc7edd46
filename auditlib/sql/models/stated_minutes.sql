-- title: The minutes of a visit that its record states
-- row: one encounter and one day for which its documents state one total of minutes
-- key: encounter_id, service_date
-- cut: patient_control_number
-- rule: a document states a total where it says "total time", of the visit, encounter or provider, with minutes in
--   figures after it, or "a total of" so many minutes, or so many minutes "total time". A range, hours, and the time of
--   something else (face to face, critical care, fluoroscopy) are not read. Two totals for one day state none. The day
--   is that on which the document was written, else the day of a visit of one day
-- source: CPT evaluation and management guidelines: all minutes of the day of the visit count
-- needs: core.document
with
quoted as (
  select
    document.encounter_id,
    coalesce(
      cast(document.written_at as date),
      case when encounter.admit_date = encounter.discharge_date then encounter.admit_date end
    ) as service_date,
    coalesce(
      nullif(
        regexp_extract(
          lower(document.text),
          'total (encounter |visit |e/m |provider |physician )?time[^.0-9\n]{0,80}([0-9]{1,3}) ?min',
          2
        ),
        ''
      ),
      nullif(regexp_extract(lower(document.text), 'a total of ([0-9]{1,3}) ?min', 1), ''),
      nullif(regexp_extract(lower(document.text), '(^|[^-0-9.])([0-9]{1,3}) ?min(ute)?s?,? (of )?total time', 2), '')
    ) as minutes_text
  from core.document as document
  inner join core.encounter as encounter
    on encounter.encounter_id = document.encounter_id
  where lower(document.text) like '%total%' and document.document_type <> 'lab report'
)

select
  quoted.encounter_id,
  quoted.service_date,
  cast(min(cast(quoted.minutes_text as integer)) as bigint) as minute_count
from quoted
where quoted.minutes_text is not null and quoted.service_date is not null
group by
  quoted.encounter_id,
  quoted.service_date
having count(distinct quoted.minutes_text) = 1
order by quoted.encounter_id, quoted.service_date
