-- title: Service lines with a procedure code, as edits of a patient's day compare them
-- row: one service line with a procedure code on a claim that stands
-- key: claim_id, line_number
-- needs: core.standing_claim
-- cut: patient_id
-- rule: a provider's day is one patient, one provider and one first day of service, among claims that are compared with
--   each other; a group's day has the billing provider in the provider's place. Units of a line over several days are
--   those of one day, rounded; a line without units has one
-- source: CMS NCCI Policy Manual for Medicare Services, chapter 1; Medicare Claims Processing Manual (100-04), chapter 23
with
lettered as (
  select
    claim_line.claim_id,
    claim_line.line_number,
    case
      when claim_line.modifier_1 is not null or claim_line.modifier_2 is not null
        then concat(
          ' ', coalesce(claim_line.modifier_1, ''), ' ', coalesce(claim_line.modifier_2, ''), ' ',
          coalesce(claim_line.modifier_3, ''), ' ', coalesce(claim_line.modifier_4, ''), ' '
        )
    end as modifiers,
    claim_line.code_system,
    claim_line.code,
    claim_line.from_date,
    coalesce(claim_line.unit_count, 1) as unit_count,
    case
      when claim_line.to_date > claim_line.from_date then datediff('day', claim_line.from_date, claim_line.to_date) + 1
      else 1
    end as day_count,
    claim_line.charge_amount,
    claim_line.place_of_service
  from core.claim_line as claim_line
  where claim_line.code is not null
)

select
  lettered.claim_id,
  lettered.line_number,
  standing_claim.encounter_id,
  standing_claim.edit_setting,
  lettered.code_system,
  lettered.code,
  lettered.from_date,
  cast(lettered.unit_count as decimal(18, 4)) as unit_count,
  cast(
    case
      when lettered.day_count = 1 then lettered.unit_count
      else round(lettered.unit_count / nullif(lettered.day_count, 0), 0)
    end as decimal(18, 4)
  ) as daily_unit_count,
  lettered.charge_amount,
  lettered.modifiers,
  coalesce(lettered.place_of_service, standing_claim.place_of_service) as place_of_service,
  -- Anatomic and global modifiers, 27 and 91 say that the services are apart, on either code of a pair.
  lettered.modifiers is not null
  and regexp_matches(
    lettered.modifiers,
    ' (E[1-4]|F[A1-9]|T[A1-9]|LT|RT|LC|LD|RC|LM|RI|24|25|27|57|58|78|79|91) '
  ) as has_unbundling_modifier,
  lettered.modifiers is not null and regexp_matches(lettered.modifiers, ' (59|X[ESPU]) ') as is_stated_distinct,
  standing_claim.first_claim_of_provider,
  standing_claim.first_claim_of_group
from lettered
inner join core.standing_claim as standing_claim
  on standing_claim.claim_id = lettered.claim_id
