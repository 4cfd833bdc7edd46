-- title: What disagrees with itself in the files, and kept nothing from being loaded
-- row: one note
select
  cast(source_file.file_name as varchar) as file_name,
  cast(file_note.source_offset as bigint) as source_offset,
  cast(file_note.segment as varchar) as segment,
  cast(file_note.note_kind as varchar) as note_kind,
  cast(file_note.expected as varchar) as expected,
  cast(file_note.found as varchar) as found,
  cast(file_note.severity as varchar) as severity,
  cast(file_note.source_file_id as bigint) as source_file_id
from core.file_note as file_note
inner join core.source_file as source_file
  on source_file.source_file_id = file_note.source_file_id
order by file_note.source_file_id, file_note.source_offset, file_note.note_kind
