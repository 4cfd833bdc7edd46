-- The words of one page of a document, with their boxes.
select
  document_word.text_start,
  document_word.text_end,
  document_word.left_share,
  document_word.top_share,
  document_word.right_share,
  document_word.bottom_share
from core.document
inner join core.document_word
  on document_word.original_id = document.original_id
where document.encounter_id = $encounter_id
  and document.document_number = $document_number
  and document_word.page_number = $page_number
order by document_word.word_number
