-- The notes whose text is compared with earlier ones, without the text, and a hash of all that is compared.
select
  document.document_id,
  document.encounter_id,
  document.document_number,
  document.document_type,
  encounter.patient_id,
  encounter.provider_id as author_id,
  coalesce(cast(document.written_at as date), encounter.discharge_date) as note_date,
  md5(
    concat_ws(
      '|',
      document.text,
      document.document_type,
      encounter.patient_id,
      encounter.provider_id,
      cast(coalesce(cast(document.written_at as date), encounter.discharge_date) as varchar)
    )
  ) as fingerprint
from core.document as document
inner join core.encounter as encounter
  on encounter.encounter_id = document.encounter_id
where document.document_type in ('physician note', 'discharge summary', 'operative report')
order by document.document_id
