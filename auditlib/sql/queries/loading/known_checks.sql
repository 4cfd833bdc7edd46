-- Every remittance of an X12 file, with the check by which it is known when it is delivered again.
select
  remittance.remittance_id,
  remittance.payer_id,
  remittance.payer_name,
  remittance.trace_number,
  remittance.payment_date
from core.remittance as remittance
inner join core.envelope as envelope
  on envelope.source_file_id = remittance.source_file_id and envelope.source_offset = remittance.source_offset
order by remittance.remittance_id
