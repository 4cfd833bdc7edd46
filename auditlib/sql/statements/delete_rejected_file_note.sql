-- A file that was wholly rejected may be tried again: what the earlier try said of it makes room.
delete from core.file_note
where source_file_id in (
    select source_file_id
    from core.source_file
    where load_status = 'rejected' and list_contains($sha256s, sha256)
);
