-- The pages of the documents of charts, in their order.
select
  document.encounter_id,
  document.document_number,
  document_page.page_number,
  document_page.text_start,
  document_page.text_end,
  document_page.text_origin,
  document_page.ocr_confidence_percent
from core.document
inner join core.document_page
  on document_page.original_id = document.original_id
where document.encounter_id in (select unnest($encounter_ids))
order by document.encounter_id, document.document_number, document_page.page_number
