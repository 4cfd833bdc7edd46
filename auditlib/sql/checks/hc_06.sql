-- id: HC-06
-- title: Unlisted or unclassified procedure code
-- version: 1
-- unit: service line whose code has a title in a list of its day
-- severity: R
-- settings: professional, institutional
-- authority: CARC 189; Medicare Claims Processing Manual (100-04), chapter 26, section 10.4, item 19 (not otherwise classified
--   codes); titles of the HCPCS Level II file and of your CPT list
-- needs: the HCPCS file, or your CPT list, of the day of service
-- codesets: HCPCS
-- fix: Bill the specific code where there is one; else describe the service on the claim
-- effective: 2000-01-01
--
-- A code whose title says unlisted, unclassified, not otherwise classified or not otherwise specified. A drug whose
-- preparation is not otherwise specified, with its dose after it, has a code of its own. Whether a specific code exists
-- is for a person to say.
with
titled as (
  select
    procedure_code_day.code_system,
    procedure_code_day.code,
    procedure_code_day.service_date,
    procedure_code_day.line_count,
    procedure_code_day.title,
    procedure_code_day.release,
    regexp_matches(
      lower(procedure_code_day.title),
      'unlisted|unclassified|not otherwise classified|not elsewhere classified'
    )
    or (
      lower(procedure_code_day.title) like '%not otherwise specified%'
      and not regexp_matches(lower(procedure_code_day.title), 'reason not otherwise|not otherwise specified.*[0-9]')
    ) as is_unlisted
  from core.procedure_code_day as procedure_code_day
),

eligible as (
  select
    titled.line_count as counted_as,
    titled.title is not null as is_checked
  from titled
),

violating as (
  select
    procedure_line.claim_id,
    procedure_line.encounter_id,
    procedure_line.line_number as item_number,
    procedure_line.code_system,
    procedure_line.code,
    cast(null as varchar) as related_code,
    procedure_line.from_date as service_date,
    concat(procedure_line.code, ' stands for what has no code of its own: is there none?') as detail,
    titled.release,
    procedure_line.charge_amount as at_stake_amount
  from titled
  inner join core.procedure_line as procedure_line
    on procedure_line.code = titled.code
    and procedure_line.code_system = titled.code_system
    and procedure_line.from_date = titled.service_date
  where titled.is_unlisted
)
