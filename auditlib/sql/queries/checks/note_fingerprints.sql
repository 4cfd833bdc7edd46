-- What was compared when the notes were compared last.
select
  carried_text.document_id,
  carried_text.fingerprint
from core.carried_text as carried_text
order by carried_text.document_id
