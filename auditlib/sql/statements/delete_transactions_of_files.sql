-- The transactions of files of which nothing was loaded: no other file repeats them.
delete from core.source_transaction
where list_contains($source_file_ids, source_file_id);
