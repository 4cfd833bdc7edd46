-- The findings of checks that read what has changed are taken out.
delete from mart.finding
where list_contains($check_ids, check_id)
