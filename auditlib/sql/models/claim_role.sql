-- title: To whom each claim was sent, and whether it opens or follows
-- row: one claim
-- key: claim_id
-- needs: core.claim
-- cut: patient_control_number
-- rule: a claim without a sequence was sent to the primary payer, one without a frequency is an original (1). A claim
--   to the primary payer is an original unless it replaces (7) or voids (8) one; late charges (5), adjustments (6),
--   replacements and voids follow another claim. A payer is known by its id, without one by its name
-- source: NUBC type of bill, third digit (frequency code); ASC X12N 005010X222A1, SBR01 and CLM05-3
select
  cast(claim.claim_id as bigint) as claim_id,
  cast(claim_encounter.encounter_id as varchar) as encounter_key,
  cast(encounter.encounter_id as varchar) as encounter_id,
  cast(coalesce(claim.payer_id, claim.payer_name, '') as varchar) as payer_key,
  cast(coalesce(claim.payer_sequence, 'P') as varchar) as payer_sequence,
  cast(coalesce(claim.frequency_code, '1') as varchar) as frequency_code,
  cast(
    concat(
      claim.form, '|', coalesce(claim.payer_id, claim.payer_name, ''), '|', coalesce(claim.payer_sequence, 'P'), '|',
      coalesce(cast(claim.from_date as varchar), ''), '|', claim_encounter.encounter_id, '|',
      coalesce(claim.billing_provider_id, ''), '|', coalesce(claim.patient_id, '')
    ) as varchar
  ) as series_key,
  coalesce(claim.payer_sequence, 'P') = 'P' as is_primary,
  coalesce(claim.payer_sequence, 'P') = 'P' and coalesce(claim.frequency_code, '1') not in ('7', '8') as is_original,
  coalesce(claim.frequency_code, '1') in ('5', '6', '7', '8') as is_follower
from core.claim as claim
inner join core.claim_encounter as claim_encounter
  on claim_encounter.claim_id = claim.claim_id
left join core.encounter as encounter
  on encounter.encounter_id = claim_encounter.encounter_id
order by claim_id
