-- id: DX-05
-- title: Seventh characters that contradict one another or the visit
-- version: 1
-- unit: diagnosis with a seventh character for the phase of care
-- severity: R
-- settings: professional, institutional, encounters not yet billed
-- authority: ICD-10-CM Official Guidelines, sections I.B.10, I.C.19.a and I.C.21.c.7
-- needs: nothing but the claim
-- fix: Give all codes of one injury the phase of care that the record shows, and aftercare of an injury its seventh character
-- effective: 2015-10-01
--
-- Three contradictions: the same injury in two phases of care; a sequela listed first, where the condition that remains
-- goes before it; an injury under active treatment beside an aftercare code (Z47, Z48) that is listed first. Two
-- injuries with one code may rightly be in two phases, so that a person decides.
with
phased as (
  select
    coalesce('c' || cast(diagnosis.claim_id as varchar), 'e' || diagnosis.encounter_id) as bill,
    diagnosis.code,
    substring(diagnosis.code, 1, 6) as stem,
    case
      when substring(diagnosis.code, 7, 1) in ('A', 'B', 'C') then 'active treatment'
      when substring(diagnosis.code, 7, 1) = 'S' then 'sequela'
      else 'subsequent care'
    end as phase,
    min(diagnosis.claim_id) as claim_id,
    min(diagnosis.encounter_id) as encounter_id,
    min(diagnosis.item_number) as item_number,
    min(diagnosis.service_date) as service_date
  from core.diagnosis as diagnosis
  where
    diagnosis.code_system = 'ICD-10-CM'
    and length(diagnosis.code) = 7
    and (
      substring(diagnosis.code, 1, 1) in ('S', 'T')
      or substring(diagnosis.code, 1, 3) in ('M80', 'M84', 'M97')
      or substring(diagnosis.code, 1, 4) in ('M484', 'M485')
    )
    and substring(diagnosis.code, 7, 1) between 'A' and 'S'
    and diagnosis.code_role not in ('admitting', 'reason for visit')
  group by
    coalesce('c' || cast(diagnosis.claim_id as varchar), 'e' || diagnosis.encounter_id),
    diagnosis.code
),

eligible as (
  select
    phased.bill,
    phased.code,
    1 as counted_as,
    true as is_checked
  from phased
),

-- Of one injury in several phases, the codes after the one that the claim names first.
other_phase as (
  select
    phased.bill,
    phased.code,
    min_by(earlier.code, earlier.item_number) as related_code
  from phased
  inner join phased as earlier
    on earlier.bill = phased.bill
    and earlier.stem = phased.stem
    and earlier.phase <> phased.phase
    and earlier.item_number < phased.item_number
  group by
    phased.bill,
    phased.code
),

first_code as (
  select
    coalesce(
      'c' || cast(first_listed_diagnosis.claim_id as varchar), 'e' || first_listed_diagnosis.encounter_id
    ) as bill,
    first_listed_diagnosis.code
  from core.first_listed_diagnosis as first_listed_diagnosis
  where
    substring(first_listed_diagnosis.code, 1, 3) in ('Z47', 'Z48')
    or substring(first_listed_diagnosis.code, 7, 1) = 'S'
),

contradiction as (
  select
    phased.claim_id,
    phased.encounter_id,
    phased.item_number,
    phased.code,
    phased.phase,
    phased.service_date,
    coalesce(other_phase.related_code, nullif(first_code.code, phased.code)) as related_code,
    case
      when other_phase.code is not null then 'phase'
      when phased.phase = 'sequela' then 'first'
      else 'aftercare'
    end as contradiction_kind
  from phased
  left join other_phase
    on other_phase.bill = phased.bill and other_phase.code = phased.code
  left join first_code
    on first_code.bill = phased.bill
    and (
      (phased.phase = 'active treatment' and substring(first_code.code, 1, 1) = 'Z')
      or (phased.phase = 'sequela' and first_code.code = phased.code)
    )
  where other_phase.code is not null or first_code.code is not null
),

violating as (
  select
    contradiction.claim_id,
    contradiction.encounter_id,
    contradiction.item_number,
    'ICD-10-CM' as code_system,
    contradiction.code,
    contradiction.related_code,
    contradiction.service_date,
    case
      when contradiction.contradiction_kind = 'first'
        then concat(diagnosis_code.shown_code, ' is a sequela and is listed first; the condition that remains goes before it.')
      when contradiction.contradiction_kind = 'aftercare'
        then concat(
          diagnosis_code.shown_code, ' says active treatment, and the first-listed ', related.shown_code, ' says aftercare.'
        )
      else concat(diagnosis_code.shown_code, ' says ', contradiction.phase, ', and ', related.shown_code, ' does not.')
    end as detail,
    cast(null as varchar) as release,
    cast(null as decimal(18, 2)) as at_stake_amount
  from contradiction
  inner join core.diagnosis_code as diagnosis_code
    on diagnosis_code.code = contradiction.code
  left join core.diagnosis_code as related
    on related.code = contradiction.related_code
)
