-- id: INF-01
-- title: Second initial infusion or injection of a day
-- version: 2
-- unit: service line with an initial infusion or injection code, of a practitioner or an outpatient hospital
-- severity: D
-- settings: professional, outpatient
-- authority: Medicare Claims Processing Manual (100-04), chapter 12, section 30.5.D; NCCI Policy Manual, chapter 11, section B
-- needs: patient, provider and day of the line
-- fix: Bill the second as sequential or additional; 59 or an X modifier where another vein was used or the patient came back
-- effective: 2009-01-01
--
-- One initial service of an encounter (96360, 96365, 96374, 96409, 96413), unless a second site or visit is stated by
-- 59, XE, XS, XP, XU or 76 on either line. The later line is the finding. The hierarchy of services is not judged: it
-- needs the times of each.
with
initial as (
  select
    procedure_line.claim_id,
    procedure_line.encounter_id,
    procedure_line.line_number,
    procedure_line.code_system,
    procedure_line.code,
    procedure_line.from_date,
    procedure_line.charge_amount,
    procedure_line.first_claim_of_provider,
    case
      when procedure_line.is_stated_distinct or coalesce(procedure_line.modifiers, '') like '% 76 %' then 1
      else 0
    end as is_apart,
    -- A line that repeats another to the letter is the same service billed twice: DUP-01 finds it.
    case
      when
        row_number() over (
          partition by
            procedure_line.first_claim_of_provider,
            procedure_line.from_date,
            procedure_line.code,
            procedure_line.modifiers,
            procedure_line.unit_count,
            procedure_line.charge_amount
          order by procedure_line.claim_id, procedure_line.line_number
        ) = 1
        or regexp_matches(coalesce(procedure_line.modifiers, ''), ' (76|77|91) ')
        then 1
      else 0
    end as is_own_service
  from core.procedure_line as procedure_line
  inner join ref.line_rule as line_rule
    on line_rule.rule = 'initial infusion'
    and line_rule.code = procedure_line.code
    and line_rule.effective_from <= procedure_line.from_date
    and coalesce(line_rule.effective_to, date '9999-12-31') >= procedure_line.from_date
  where procedure_line.edit_setting is not null
),

eligible as (
  select
    initial.claim_id,
    initial.encounter_id,
    initial.line_number,
    initial.code_system,
    initial.code,
    initial.from_date,
    initial.charge_amount,
    initial.is_own_service,
    sum(initial.is_own_service) over same_day as initial_count,
    sum(initial.is_apart * initial.is_own_service) over same_day as apart_count,
    row_number() over (
      partition by initial.first_claim_of_provider, initial.from_date
      order by initial.claim_id, initial.line_number
    ) as place,
    first_value(initial.code) over (
      partition by initial.first_claim_of_provider, initial.from_date
      order by initial.claim_id, initial.line_number
    ) as first_code,
    1 as counted_as,
    initial.first_claim_of_provider is not null as is_checked
  from initial
  window same_day as (
    partition by initial.first_claim_of_provider, initial.from_date
  )
),

violating as (
  select
    eligible.claim_id,
    eligible.encounter_id,
    eligible.line_number as item_number,
    eligible.code_system,
    eligible.code,
    eligible.first_code as related_code,
    eligible.from_date as service_date,
    concat(eligible.code, ' is a second initial service of the day, beside ', eligible.first_code, '.') as detail,
    cast(null as varchar) as release,
    eligible.charge_amount as at_stake_amount
  from eligible
  where
    eligible.is_checked
    and eligible.place > 1
    and eligible.is_own_service = 1
    -- Each line that says it is apart explains one more initial service.
    and eligible.initial_count > 1 + eligible.apart_count
)
