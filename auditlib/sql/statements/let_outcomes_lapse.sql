-- What checks came to that read what has changed: nothing, until they run again.
update mart.finding_summary
set
  outcome = $outcome,
  eligible_count = 0,
  finding_count = 0,
  not_checked_count = 0,
  not_checked_reason = null,
  loaded_through = null
where list_contains($check_ids, check_id)
