-- id: MOD-04
-- title: Modifier of a global period without such a period
-- version: 1
-- unit: practitioner's service line with modifier 24, 57, 58, 78 or 79
-- severity: R
-- settings: professional
-- authority: Medicare Claims Processing Manual (100-04), chapter 12, sections 30.6.6 and 40.2
-- needs: patient, provider and day of the line, claims of the 90 days before it, and the relative values (PPRRVU) of its
--   quarter
-- codesets: physician fee schedule nonQPP
-- fix: Look for the operation that the modifier refers to; else take the modifier off (25 for a minor procedure of the day)
-- effective: 2000-01-01
--
-- 24, 58, 78 and 79 need an earlier procedure whose 10 or 90 days are not over, 57 a major procedure on the day or the
-- next: by the same provider, or another of the group. The operation may be on a claim that is not loaded: a person
-- decides.
with
first_loaded as (
  select min(procedure_line.from_date) as from_date
  from core.procedure_line as procedure_line
),

eligible as (
  select
    procedure_line.claim_id,
    procedure_line.encounter_id,
    procedure_line.line_number,
    procedure_line.code_system,
    procedure_line.code,
    procedure_line.from_date,
    procedure_line.charge_amount,
    line_modifier.modifier,
    claim.patient_id,
    coalesce(claim.billing_tax_id, claim.billing_provider_id) as group_id,
    fee_release_day.release,
    1 as counted_as,
    claim.patient_id is not null
    and coalesce(claim.billing_tax_id, claim.billing_provider_id) is not null
    and fee_release_day.release is not null
    and (
      line_modifier.modifier = '57'
      or datediff('day', first_loaded.from_date, procedure_line.from_date) >= 90
    ) as is_checked
  from core.line_modifier as line_modifier
  inner join core.procedure_line as procedure_line
    on procedure_line.claim_id = line_modifier.claim_id and procedure_line.line_number = line_modifier.line_number
  inner join core.claim as claim
    on claim.claim_id = procedure_line.claim_id
  cross join first_loaded
  left join core.fee_release_day as fee_release_day
    on fee_release_day.service_date = procedure_line.from_date
  where claim.form = 'P' and line_modifier.modifier in ('24', '57', '58', '78', '79')
),

explained as (
  select distinct
    eligible.claim_id,
    eligible.line_number,
    eligible.modifier
  from eligible
  inner join core.global_procedure as global_procedure
    on global_procedure.patient_id = eligible.patient_id and global_procedure.group_id = eligible.group_id
  where
    case
      when eligible.modifier = '57'
        then
          global_procedure.global_days = 90
          and global_procedure.service_date >= eligible.from_date
          and datediff('day', eligible.from_date, global_procedure.service_date) <= 1
      else
        global_procedure.service_date < eligible.from_date
        and datediff('day', global_procedure.service_date, eligible.from_date) <= global_procedure.global_days
    end
),

violating as (
  select
    eligible.claim_id,
    eligible.encounter_id,
    eligible.line_number as item_number,
    eligible.code_system,
    eligible.code,
    eligible.modifier as related_code,
    eligible.from_date as service_date,
    concat(
      'Modifier ',
      eligible.modifier,
      case
        when eligible.modifier = '57' then ': no major procedure of the group is on that day or the next.'
        else ': no procedure of the group has a global period that includes the day.'
      end
    ) as detail,
    eligible.release,
    eligible.charge_amount as at_stake_amount
  from eligible
  left join explained
    on explained.claim_id = eligible.claim_id
    and explained.line_number = eligible.line_number
    and explained.modifier = eligible.modifier
  where eligible.is_checked and explained.claim_id is null
)
