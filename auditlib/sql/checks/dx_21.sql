-- id: DX-21
-- title: More diagnoses than a claim can hold
-- version: 1
-- unit: professional or institutional claim with a diagnosis
-- severity: F
-- settings: professional, institutional
-- authority: ASC X12N 005010X222A1, HI (12 diagnoses), and 005010X223A2, HI (1 principal and 24 others)
-- needs: nothing but the claim
-- fix: Keep the diagnoses that the services and the stay are judged by
-- effective: 2012-01-01
--
-- Admitting diagnoses, reasons for visit and external causes of an institutional claim have places of their own.
with
eligible as (
  select
    claim.claim_id,
    claim.form,
    case when claim.form = 'P' then 12 else 25 end as most_count,
    count(*) as diagnosis_count,
    1 as counted_as,
    true as is_checked
  from core.claim as claim
  inner join core.claim_diagnosis as claim_diagnosis
    on claim_diagnosis.claim_id = claim.claim_id
  where
    claim.form in ('P', 'I')
    and claim_diagnosis.code_role in ('principal', 'secondary')
  group by
    claim.claim_id,
    claim.form
),

-- The diagnoses of the few claims that have too many, in the order of the claim.
numbered as (
  select
    diagnosis.claim_id,
    diagnosis.encounter_id,
    diagnosis.item_number,
    diagnosis.code_system,
    diagnosis.code,
    diagnosis.service_date,
    eligible.form,
    eligible.most_count,
    eligible.diagnosis_count,
    row_number() over (partition by diagnosis.claim_id order by diagnosis.item_number) as position
  from eligible
  inner join core.diagnosis as diagnosis
    on diagnosis.claim_id = eligible.claim_id and diagnosis.code_role in ('principal', 'secondary')
  where eligible.diagnosis_count > eligible.most_count
),

violating as (
  select
    numbered.claim_id,
    numbered.encounter_id,
    numbered.item_number,
    numbered.code_system,
    numbered.code,
    cast(null as varchar) as related_code,
    numbered.service_date,
    concat(
      cast(numbered.diagnosis_count as varchar),
      ' diagnoses; ',
      case when numbered.form = 'P' then 'a professional' else 'an institutional' end,
      ' claim holds ',
      cast(numbered.most_count as varchar),
      '.'
    ) as detail,
    cast(null as varchar) as release,
    cast(null as decimal(18, 2)) as at_stake_amount
  from numbered
  where numbered.position = numbered.most_count + 1
)
