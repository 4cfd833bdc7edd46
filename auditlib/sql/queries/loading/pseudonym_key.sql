-- Under which key the patients stand, null for none, and whether files are loaded. One row.
select
  (select max(pseudonym_key.key_check) from core.pseudonym_key as pseudonym_key) as key_check,
  exists (select 1 from core.source_file as source_file) as has_files
