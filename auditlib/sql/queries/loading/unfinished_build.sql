-- How many models have rows of which not all are made.
select count(*) as unfinished_count
from mart.model_build as model_build
where model_build.sql_sha256 = 'unfinished'
