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
    bill_diagnosis.bill_number,
    bill_diagnosis.code_number,
    bill_diagnosis.code,
    substring(bill_diagnosis.code, 1, 6) as stem,
    case
      when substring(bill_diagnosis.code, 7, 1) in ('A', 'B', 'C') then 'active treatment'
      when substring(bill_diagnosis.code, 7, 1) = 'S' then 'sequela'
      else 'subsequent care'
    end as phase,
    case when substring(bill_diagnosis.code, 7, 1) = 'S' then bill_diagnosis.code else '' end as sequela_code,
    bill_diagnosis.claim_id,
    bill_diagnosis.encounter_id,
    bill_diagnosis.item_number,
    bill_diagnosis.service_date
  from core.bill_diagnosis as bill_diagnosis
  where
    (
      substring(bill_diagnosis.code, 1, 1) in ('S', 'T')
      or substring(bill_diagnosis.code, 1, 3) in ('M80', 'M84', 'M97')
      or substring(bill_diagnosis.code, 1, 4) in ('M484', 'M485')
    )
    and substring(bill_diagnosis.code, 7, 1) between 'A' and 'S'
),

eligible as (
  select
    phased.bill_number,
    phased.code,
    1 as counted_as,
    true as is_checked
  from phased
),

-- Of one injury in several phases, the codes after the one that the claim names first.
other_phase as (
  select
    phased.bill_number,
    phased.code_number,
    min_by(earlier.code, earlier.item_number) as related_code
  from phased
  inner join phased as earlier
    on earlier.bill_number = phased.bill_number
    and earlier.stem = phased.stem
    and earlier.phase <> phased.phase
    and earlier.item_number < phased.item_number
  group by
    phased.bill_number,
    phased.code_number
),

listed_first as (
  select
    bill_diagnosis.bill_number,
    min_by(bill_diagnosis.code, bill_diagnosis.item_number) as code
  from core.bill_diagnosis as bill_diagnosis
  where bill_diagnosis.is_first_listed
  group by bill_diagnosis.bill_number
),

-- A first-listed sequela is against itself, aftercare against every injury under active treatment.
first_code as (
  select
    listed_first.bill_number,
    listed_first.code,
    case when substring(listed_first.code, 7, 1) = 'S' then 'sequela' else 'active treatment' end as phase,
    case when substring(listed_first.code, 7, 1) = 'S' then listed_first.code else '' end as sequela_code
  from listed_first
  where
    substring(listed_first.code, 1, 3) in ('Z47', 'Z48')
    or substring(listed_first.code, 7, 1) = 'S'
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
      when other_phase.code_number is not null then 'phase'
      when phased.phase = 'sequela' then 'first'
      else 'aftercare'
    end as contradiction_kind
  from phased
  left join other_phase
    on other_phase.bill_number = phased.bill_number and other_phase.code_number = phased.code_number
  left join first_code
    on first_code.bill_number = phased.bill_number
    and first_code.phase = phased.phase
    and first_code.sequela_code = phased.sequela_code
  where other_phase.code_number is not null or first_code.code is not null
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
