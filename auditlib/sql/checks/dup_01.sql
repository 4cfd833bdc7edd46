-- id: DUP-01
-- title: Duplicate claim line
-- version: 2
-- unit: service line with a procedure code
-- severity: F
-- settings: professional, institutional, dental
-- authority: Medicare Claims Processing Manual (100-04), chapter 1, section 120, exact duplicates; CARC 18
-- needs: patient, provider and date of service of the line, and the code system of its code
-- fix: Take the line off, or state the repetition by 76, 77 or 91
-- effective: 2000-01-01
--
-- The same patient, billing and rendering provider, dates, code, modifiers (in any order), units, charge, place, revenue
-- code and drug code, on one claim or on two original claims to the same payer in the same turn. The first such line
-- is right, each later one is a finding. A line that says it repeats (76, 77, 91) is none; nor are replacements (7),
-- voids (8) and other claims that follow an original, against it; nor is an original that was voided, nor a payer's
-- earlier version of the same claim. A code of no code system (a masked one) does not say which service it was.
with
eligible as (
  select
    1 as counted_as,
    claim.patient_id is not null
    and procedure_line.code_system is not null
    and procedure_line.from_date is not null
    and coalesce(claim.rendering_provider_id, claim.billing_provider_id, '') <> '' as is_checked
  from core.procedure_line as procedure_line
  inner join core.claim as claim
    on claim.claim_id = procedure_line.claim_id
),

-- Few codes come twice for a patient and billing provider on a day with the same units and charge: only their lines are
-- compared in full. Claims whose billing provider is not known are one group.
recurring as (
  select
    coalesce(procedure_line.first_claim_of_group, -1) as group_key,
    procedure_line.from_date,
    procedure_line.code,
    procedure_line.unit_count,
    procedure_line.charge_amount
  from core.procedure_line as procedure_line
  group by
    coalesce(procedure_line.first_claim_of_group, -1),
    procedure_line.from_date,
    procedure_line.code,
    procedure_line.unit_count,
    procedure_line.charge_amount
  having count(*) > 1
),

recurring_line as (
  select
    procedure_line.claim_id,
    procedure_line.line_number,
    procedure_line.encounter_id
  from core.procedure_line as procedure_line
  inner join recurring
    on recurring.group_key = coalesce(procedure_line.first_claim_of_group, -1)
    and recurring.from_date = procedure_line.from_date
    and recurring.code = procedure_line.code
    and recurring.unit_count = procedure_line.unit_count
    and recurring.charge_amount = procedure_line.charge_amount
),

candidate as (
  select
    recurring_line.claim_id,
    recurring_line.encounter_id,
    claim.patient_control_number,
    standing_claim.compared_claim_id,
    claim.submit_date,
    recurring_line.line_number,
    claim_line.code_system,
    claim_line.code,
    claim_line.from_date,
    claim.patient_id,
    coalesce(claim.billing_provider_id, '') as billing_provider,
    coalesce(claim.rendering_provider_id, claim.billing_provider_id, '') as rendering_provider,
    coalesce(claim_line.to_date, claim_line.from_date) as to_date,
    coalesce(claim_line.unit_count, 1) as unit_count,
    claim_line.charge_amount,
    coalesce(claim_line.place_of_service, claim.place_of_service, '') as place,
    coalesce(claim_line.revenue_code, '') as revenue_code,
    coalesce(claim_line.ndc, '') as ndc
  from recurring_line
  inner join core.claim_line as claim_line
    on claim_line.claim_id = recurring_line.claim_id and claim_line.line_number = recurring_line.line_number
  inner join core.claim as claim
    on claim.claim_id = recurring_line.claim_id
  inner join core.standing_claim as standing_claim
    on standing_claim.claim_id = recurring_line.claim_id
  where
    claim.patient_id is not null
    and claim_line.code_system is not null
    and coalesce(claim.rendering_provider_id, claim.billing_provider_id, '') <> ''
),

modifier_list as (
  select
    line_modifier.claim_id,
    line_modifier.line_number,
    string_agg(line_modifier.modifier, ' ' order by line_modifier.modifier) as modifiers,
    max(case when line_modifier.modifier in ('76', '77', '91') then 1 else 0 end) as is_repeat
  from core.line_modifier as line_modifier
  where line_modifier.claim_id in (select recurring_line.claim_id from recurring_line)
  group by
    line_modifier.claim_id,
    line_modifier.line_number
),

service as (
  select
    candidate.claim_id,
    candidate.encounter_id,
    candidate.line_number,
    candidate.code_system,
    candidate.code,
    candidate.from_date,
    candidate.charge_amount,
    row_number() over same_service as occurrence,
    first_value(candidate.claim_id) over same_service as first_claim_id,
    first_value(candidate.patient_control_number) over same_service as first_control_number,
    first_value(candidate.line_number) over same_service as first_line_number
  from candidate
  left join modifier_list
    on modifier_list.claim_id = candidate.claim_id and modifier_list.line_number = candidate.line_number
  where coalesce(modifier_list.is_repeat, 0) = 0
  window same_service as (
    partition by
      candidate.compared_claim_id,
      candidate.patient_id,
      candidate.billing_provider,
      candidate.rendering_provider,
      candidate.from_date,
      candidate.to_date,
      coalesce(candidate.code_system, ''),
      candidate.code,
      coalesce(modifier_list.modifiers, ''),
      candidate.unit_count,
      candidate.charge_amount,
      candidate.place,
      candidate.revenue_code,
      candidate.ndc
    order by
      coalesce(candidate.submit_date, date '0001-01-01'),
      candidate.claim_id,
      candidate.line_number
  )
),

violating as (
  select
    service.claim_id,
    service.encounter_id,
    service.line_number as item_number,
    service.code_system,
    service.code,
    cast(null as varchar) as related_code,
    service.from_date as service_date,
    concat(
      'The same service is line ',
      cast(service.first_line_number as varchar),
      case
        when service.first_claim_id = service.claim_id then ' of this claim.'
        else concat(' of claim ', service.first_control_number, ', billed before.')
      end
    ) as detail,
    cast(null as varchar) as release,
    service.charge_amount as at_stake_amount
  from service
  where service.occurrence > 1
)
