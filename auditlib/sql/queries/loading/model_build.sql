-- The models as they were built last, each with the SELECT that built it and the code sets of which.
select
  model_build.model,
  model_build.sql_sha256,
  model_build.code_sets
from mart.model_build as model_build
order by model_build.model
