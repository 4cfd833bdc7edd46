-- The units whose ticket is below $limit: the SHA-256 of the seed, a comma and the unit's id, in hexadecimal.
-- Reads the lent table unit_list: row_number, unit_id. Only DuckDB runs this; a small universe needs no SQL.
select
  cast(unit_list.row_number as bigint) as row_number,
  cast(sha256(cast($seed as varchar) || ',' || unit_list.unit_id) as varchar) as ticket
from unit_list
where sha256(cast($seed as varchar) || ',' || unit_list.unit_id) < cast($limit as varchar)
order by row_number
