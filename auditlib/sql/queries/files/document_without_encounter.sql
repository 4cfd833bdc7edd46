-- The documents whose encounter neither a chart, a table nor a claim names: their folder may be no encounter.
select
  document.encounter_id,
  cast(count(*) as bigint) as document_count,
  min(source_file.file_name) as first_file_name
from core.document as document
inner join core.source_file as source_file
  on source_file.source_file_id = document.source_file_id
left join core.encounter as encounter
  on encounter.encounter_id = document.encounter_id
where encounter.encounter_id is null
group by document.encounter_id
order by document.encounter_id
