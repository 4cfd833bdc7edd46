-- id: DISP-01
-- title: Status of discharge that later claims contradict
-- version: 2
-- unit: hospital stay with a status of discharge
-- severity: R
-- settings: inpatient
-- authority: 42 CFR 412.4 (transfers and post-acute transfers); Medicare Claims Processing Manual (100-04), chapter 3,
--   section 40.2.4
-- needs: the patient, and the last day of the stay
-- fix: Correct the status of discharge, or the later claim
-- effective: 2007-10-01
--
-- Died, with services on later days; home, and admitted by another hospital on that day; and home, where the group is on
-- the list of post-acute transfers (Table 5), with a nursing facility on that or the next day or home health within 3 days.
with
-- Whether the group is on the list of the day of discharge: the latest table in force that has the list says so.
listed_group as (
  select
    hospital_stay.claim_id,
    drg.release,
    drg.is_post_acute,
    row_number() over (
      partition by hospital_stay.claim_id
      order by drg.effective_from desc, drg.release desc
    ) as preference
  from core.hospital_stay as hospital_stay
  inner join ref.drg as drg
    on drg.drg = hospital_stay.drg
    and drg.effective_from <= hospital_stay.last_date
    and coalesce(drg.effective_to, date '9999-12-31') >= hospital_stay.last_date
  where drg.is_post_acute is not null
),

eligible as (
  select
    hospital_stay.claim_id,
    hospital_stay.encounter_id,
    hospital_stay.patient_id,
    claim.billing_provider_id,
    hospital_stay.last_date,
    right(concat('0', trim(hospital_stay.discharge_status_code)), 2) as status_code,
    listed_group.release,
    coalesce(listed_group.is_post_acute, false) as is_post_acute,
    1 as counted_as,
    hospital_stay.patient_id is not null and hospital_stay.last_date is not null as is_checked
  from core.hospital_stay as hospital_stay
  inner join core.standing_claim as standing_claim
    on standing_claim.claim_id = hospital_stay.claim_id
  inner join core.claim as claim
    on claim.claim_id = hospital_stay.claim_id
  left join listed_group
    on listed_group.claim_id = hospital_stay.claim_id and listed_group.preference = 1
  where hospital_stay.discharge_status_code is not null
),

-- Nothing of a stay contradicts it: a claim with itself needs no exception.
next_claim as (
  select
    eligible.claim_id,
    eligible.encounter_id,
    eligible.status_code,
    eligible.last_date,
    case when later.form = 'I' then substring(ltrim(later.type_of_bill, '0'), 1, 2) end as bill_kind,
    later.patient_control_number,
    coalesce(later.admit_date, later.from_date) as first_date,
    eligible.is_post_acute,
    eligible.release,
    coalesce(later.billing_provider_id <> eligible.billing_provider_id, false) as is_other_provider
  from eligible
  inner join core.claim as later
    on later.patient_id = eligible.patient_id
    and later.form <> 'R'
    and coalesce(later.admit_date, later.from_date) >= eligible.last_date
  inner join core.standing_claim as standing_claim
    on standing_claim.claim_id = later.claim_id
),

contradicted as (
  select
    next_claim.claim_id,
    next_claim.encounter_id,
    next_claim.status_code,
    next_claim.last_date,
    next_claim.patient_control_number,
    next_claim.first_date,
    next_claim.release,
    case
      when next_claim.status_code in ('20', '40', '41', '42') and next_claim.first_date > next_claim.last_date then 'died'
      when next_claim.status_code = '01'
        and next_claim.bill_kind = '11'
        and next_claim.is_other_provider
        and next_claim.first_date = next_claim.last_date
        then 'transferred'
      when next_claim.status_code = '01'
        and next_claim.is_post_acute
        and (
          (next_claim.bill_kind in ('18', '21') and datediff('day', next_claim.last_date, next_claim.first_date) <= 1)
          or (next_claim.bill_kind = '32' and datediff('day', next_claim.last_date, next_claim.first_date) <= 3)
        )
        then 'post-acute'
    end as kind
  from next_claim
),

first_contradiction as (
  select
    contradicted.claim_id,
    contradicted.encounter_id,
    contradicted.status_code,
    contradicted.last_date,
    contradicted.patient_control_number,
    contradicted.first_date,
    contradicted.release,
    contradicted.kind,
    row_number() over (
      partition by contradicted.claim_id
      order by contradicted.first_date, contradicted.patient_control_number
    ) as position
  from contradicted
  where contradicted.kind is not null
),

violating as (
  select
    first_contradiction.claim_id,
    first_contradiction.encounter_id,
    0 as item_number,
    cast(null as varchar) as code_system,
    first_contradiction.status_code as code,
    cast(null as varchar) as related_code,
    first_contradiction.last_date as service_date,
    concat(
      case first_contradiction.kind
        when 'died' then 'Died, and claim '
        when 'transferred' then 'Discharged home, and another hospital admits on that day: claim '
        else 'Discharged home from a group of post-acute transfers, and care follows: claim '
      end,
      first_contradiction.patient_control_number,
      ' begins on ',
      cast(first_contradiction.first_date as varchar),
      '.'
    ) as detail,
    case when first_contradiction.kind = 'post-acute' then first_contradiction.release end as release,
    cast(null as decimal(18, 2)) as at_stake_amount
  from first_contradiction
  where first_contradiction.position = 1
)
