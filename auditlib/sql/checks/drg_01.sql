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
eligible as (
  select
    hospital_stay.claim_id,
    hospital_stay.encounter_id,
    hospital_stay.last_date as service_date,
    hospital_stay.drg as billed_drg,
    grouped_stay.drg,
    grouped_stay.grouper,
    1 as counted_as,
    grouped_stay.drg is not null as is_checked
  from core.hospital_stay as hospital_stay
  inner join core.standing_claim as standing_claim
    on standing_claim.claim_id = hospital_stay.claim_id
  left join core.grouped_stay as grouped_stay
    on grouped_stay.claim_id = hospital_stay.claim_id
  where hospital_stay.drg is not null
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
