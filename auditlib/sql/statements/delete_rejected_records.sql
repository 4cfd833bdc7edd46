-- A file that was wholly rejected may be tried again: the records of the earlier try make room.
delete from core.rejected_record
where source_file_id in (
    select source_file_id
    from core.source_file
    where load_status = 'rejected' and list_contains($sha256s, sha256)
);
