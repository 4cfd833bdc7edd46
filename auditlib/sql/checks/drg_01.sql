-- id: DRG-01
-- title: Billed group is not the recomputed one
-- version: 1
-- unit: hospital stay with a billed DRG
-- severity: R
-- settings: inpatient
-- authority: CMS MS-DRG Definitions Manual, by the version of the day of discharge
-- needs: the stays grouped (auditlib checks group, with the extra groupers), the patient's sex, and a version of the grouper for the day
-- extra: groupers
-- fix: Regroup with the software of the payer; mend the code, present-on-admission indicator or discharge status at fault
-- effective: 2018-10-01
--
-- Recomputed by drgpy, which is not the official grouper: a difference is for review, never an error by itself.
with
stay as (
  select
    claim.claim_id,
    standing_claim.encounter_id,
    coalesce(claim.to_date, claim.from_date) as service_date,
    case
      when regexp_matches(ltrim(trim(claim.drg_code), '0'), '^[0-9]{1,3}$') then lpad(ltrim(trim(claim.drg_code), '0'), 3, '0')
    end as billed_drg
  from core.claim as claim
  inner join core.standing_claim as standing_claim
    on standing_claim.claim_id = claim.claim_id
  where claim.form = 'I' and substring(ltrim(claim.type_of_bill, '0'), 1, 2) = '11'
),

eligible as (
  select
    stay.claim_id,
    stay.encounter_id,
    stay.service_date,
    stay.billed_drg,
    grouped_stay.drg,
    grouped_stay.grouper,
    1 as counted_as,
    grouped_stay.drg is not null as is_checked
  from stay
  left join core.grouped_stay as grouped_stay
    on grouped_stay.claim_id = stay.claim_id
  where stay.billed_drg is not null
),

violating as (
  select
    eligible.claim_id,
    eligible.encounter_id,
    0 as item_number,
    'MS-DRG' as code_system,
    eligible.billed_drg as code,
    eligible.drg as related_code,
    eligible.service_date,
    concat('Billed group ', eligible.billed_drg, '; its codes group to ', eligible.drg, '.') as detail,
    eligible.grouper as release,
    cast(null as decimal(18, 2)) as at_stake_amount
  from eligible
  where eligible.drg <> eligible.billed_drg
)
