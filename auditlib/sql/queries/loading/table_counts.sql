-- Rows of every table of the warehouse.
select
    schema_name as schema_name,
    table_name as table_name,
    cast(estimated_size as bigint) as row_count
from duckdb_tables()
where not temporary
order by schema_name, table_name
