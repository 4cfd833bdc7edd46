-- id: FRQ-02
-- title: Wellness visit too soon, or once more than Medicare pays
-- version: 1
-- unit: welcome to Medicare visit or wellness visit (G0402, G0438, G0439)
-- severity: D
-- settings: professional, outpatient
-- authority: 42 CFR 410.15 and 410.16; Medicare Claims Processing Manual (100-04), chapter 18, sections 80 and 140
-- needs: patient and day of the line
-- fix: Wait until eleven full months have passed since the month of the visit before; G0439 after the first wellness visit
-- effective: 2011-01-01
--
-- G0402 and G0438 once in a life; G0438 and G0439 at least eleven full months after the month of the last of the three.
-- Whoever gave the earlier visit. The finding names its day.
with
wellness as (
  select
    procedure_line.claim_id,
    procedure_line.encounter_id,
    procedure_line.line_number,
    procedure_line.code_system,
    procedure_line.code,
    procedure_line.from_date,
    procedure_line.charge_amount,
    claim.patient_id
  from core.procedure_line as procedure_line
  inner join core.claim as claim
    on claim.claim_id = procedure_line.claim_id
  where procedure_line.code in ('G0402', 'G0438', 'G0439')
),

eligible as (
  select
    wellness.claim_id,
    wellness.encounter_id,
    wellness.line_number,
    wellness.code_system,
    wellness.code,
    wellness.from_date,
    wellness.charge_amount,
    wellness.patient_id,
    1 as counted_as,
    wellness.patient_id is not null and wellness.from_date is not null as is_checked
  from wellness
),

earlier as (
  select
    eligible.claim_id,
    eligible.line_number,
    max(case when former.code = eligible.code and eligible.code <> 'G0439' then former.from_date end) as same_date,
    max(former.from_date) as last_date
  from eligible
  inner join wellness as former
    on former.patient_id = eligible.patient_id
    and former.from_date < eligible.from_date
    and coalesce(former.encounter_id, '') <> coalesce(eligible.encounter_id, '?')
  group by
    eligible.claim_id,
    eligible.line_number
),

violating as (
  select
    eligible.claim_id,
    eligible.encounter_id,
    eligible.line_number as item_number,
    eligible.code_system,
    eligible.code,
    cast(null as varchar) as related_code,
    eligible.from_date as service_date,
    case
      when earlier.same_date is not null
        then concat(eligible.code, ' is paid once, and was billed for ', cast(earlier.same_date as varchar), '.')
      else concat(
        eligible.code,
        ' comes before eleven full months have passed since the visit of ',
        cast(earlier.last_date as varchar),
        '.'
      )
    end as detail,
    cast(null as varchar) as release,
    eligible.charge_amount as at_stake_amount
  from earlier
  inner join eligible
    on eligible.claim_id = earlier.claim_id and eligible.line_number = earlier.line_number
  where
    eligible.is_checked
    and (
      earlier.same_date is not null
      or (
        eligible.code <> 'G0402'
        and (year(eligible.from_date) - year(earlier.last_date)) * 12
        + month(eligible.from_date)
        - month(earlier.last_date) < 12
      )
    )
)
