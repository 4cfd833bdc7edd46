-- id: MUE-03
-- title: More units in a day than are likely
-- version: 1
-- unit: procedure of a patient and provider on one day, whose limit is by day by clinical likelihood
-- severity: R
-- settings: professional, outpatient
-- authority: CMS NCCI medically unlikely edits, adjudication indicator 3; NCCI Policy Manual for Medicare Services, chapter 1
-- needs: patient, provider and day of the line
-- fix: Correct the units, or keep the record at hand that shows why so many were needed
-- effective: 2013-04-01
--
-- All units of the day count together, and all lines of the code are at stake: payable where the record shows why.
-- One finding a code and day, at its first line.
with
limited as (
  select
    procedure_line.claim_id,
    procedure_line.encounter_id,
    procedure_line.line_number,
    procedure_line.code_system,
    procedure_line.code,
    procedure_line.from_date,
    procedure_line.daily_unit_count,
    procedure_line.charge_amount,
    procedure_line.first_claim_of_provider,
    unit_limit.most_unit_count,
    unit_limit.release
  from core.procedure_line as procedure_line
  inner join core.unit_limit as unit_limit
    on unit_limit.service_date = procedure_line.from_date
    and unit_limit.edit_setting = procedure_line.edit_setting
    and unit_limit.code = procedure_line.code
    and unit_limit.adjudication_indicator = '3'
),

eligible as (
  select
    limited.first_claim_of_provider,
    limited.from_date,
    limited.code,
    sum(limited.daily_unit_count) as unit_count,
    sum(limited.charge_amount) as charge_amount,
    min(limited.claim_id) as claim_id,
    max(limited.most_unit_count) as most_unit_count,
    case when limited.first_claim_of_provider is null then count(*) else 1 end as counted_as,
    limited.first_claim_of_provider is not null as is_checked
  from limited
  group by
    limited.first_claim_of_provider,
    limited.from_date,
    limited.code
),

first_line as (
  select
    limited.first_claim_of_provider,
    limited.from_date,
    limited.code,
    limited.claim_id,
    min(limited.line_number) as line_number
  from limited
  group by
    limited.first_claim_of_provider,
    limited.from_date,
    limited.code,
    limited.claim_id
),

violating as (
  select
    limited.claim_id,
    limited.encounter_id,
    limited.line_number as item_number,
    limited.code_system,
    limited.code,
    cast(null as varchar) as related_code,
    limited.from_date as service_date,
    concat(
      rtrim(rtrim(cast(cast(eligible.unit_count as decimal(18, 4)) as varchar), '0'), '.'),
      ' units of ',
      limited.code,
      ' on one day; the limit of a day is ',
      cast(eligible.most_unit_count as varchar),
      '.'
    ) as detail,
    limited.release,
    eligible.charge_amount as at_stake_amount
  from eligible
  inner join first_line
    on first_line.first_claim_of_provider = eligible.first_claim_of_provider
    and first_line.from_date = eligible.from_date
    and first_line.code = eligible.code
    and first_line.claim_id = eligible.claim_id
  inner join limited
    on limited.claim_id = first_line.claim_id and limited.line_number = first_line.line_number
  where eligible.is_checked and eligible.unit_count > eligible.most_unit_count
)
