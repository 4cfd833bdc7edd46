-- A file that was wholly rejected may be tried again: the earlier try makes room.
delete from core.source_file
where load_status = 'rejected' and list_contains($sha256s, sha256);
