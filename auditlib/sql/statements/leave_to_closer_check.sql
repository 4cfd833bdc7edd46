-- Findings of a check on a code of a bill of which a closer check has one: one fault, one finding.
delete from mart.finding
where
  mart.finding.check_id = $check_id
  and exists (
    select 1
    from mart.finding as closer_finding
    where
      closer_finding.check_id = $closer
      and closer_finding.code = mart.finding.code
      and coalesce(closer_finding.claim_id, -1) = coalesce(mart.finding.claim_id, -1)
      and coalesce(closer_finding.encounter_id, '') = coalesce(mart.finding.encounter_id, '')
  )
