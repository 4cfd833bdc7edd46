-- Keys of core.document that a file gave.
select document_id
from core.document
