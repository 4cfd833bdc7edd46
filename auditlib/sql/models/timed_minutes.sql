-- title: The minutes of timed services that a record states
-- row: one encounter and one day for which its documents state one total of minutes of timed services
-- key: encounter_id, service_date
-- rule: a document states them where it says "timed code treatment minutes", "timed code minutes", "timed treatment
--   minutes", "timed minutes" or the same with "time", and right after it minutes in figures. "Untimed", "total treatment time",
--   ranges and hours are not read. Two totals for one day state none. The day is that on which the document was written,
--   else the day of a visit of one day
-- source: Medicare Benefit Policy Manual (100-02), chapter 15, section 220.3.E: treatment notes state total timed code
--   treatment minutes and total treatment time
-- needs: core.document
-- for: checks
with
quoted as (
  select
    document.encounter_id,
    coalesce(
      cast(document.written_at as date),
      case when encounter.admit_date = encounter.discharge_date then encounter.admit_date end
    ) as service_date,
    nullif(
      regexp_extract(
        lower(document.text),
        '(^|[^n])timed[- ](codes? )?(treatment )?(minutes|time)[^a-z.0-9]{0,9}(is |was )?([0-9]{1,3})( ?min|[,;)]|[.] |[.]?(\n|$))',
        6
      ),
      ''
    ) as minutes_text
  from core.document as document
  inner join core.encounter as encounter
    on encounter.encounter_id = document.encounter_id
  where lower(document.text) like '%timed%'
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
