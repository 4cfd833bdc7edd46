-- id: DRG-03
-- title: Group of an unrelated procedure, or none
-- version: 1
-- unit: hospital stay
-- severity: R
-- settings: inpatient
-- authority: CMS MS-DRG Definitions Manual: groups 981 to 989, 998 and 999
-- needs: the DRG of the claim, or the stays grouped (auditlib checks group, with the extra groupers)
-- fix: Look for a wrong principal diagnosis, a procedure of another stay, or an invalid code
-- effective: 2007-10-01
--
-- The billed group decides; the recomputed one only where the claim has none.
with
eligible as (
  select
    hospital_stay.claim_id,
    hospital_stay.encounter_id,
    hospital_stay.last_date as service_date,
    coalesce(hospital_stay.drg, grouped_stay.drg) as drg,
    case when hospital_stay.drg is null then grouped_stay.grouper end as release,
    1 as counted_as,
    coalesce(hospital_stay.drg, grouped_stay.drg) is not null as is_checked
  from core.hospital_stay as hospital_stay
  inner join core.standing_claim as standing_claim
    on standing_claim.claim_id = hospital_stay.claim_id
  left join core.grouped_stay as grouped_stay
    on grouped_stay.claim_id = hospital_stay.claim_id
),

violating as (
  select
    eligible.claim_id,
    eligible.encounter_id,
    0 as item_number,
    'MS-DRG' as code_system,
    eligible.drg as code,
    cast(null as varchar) as related_code,
    eligible.service_date,
    case
      when eligible.drg = '998' then 'Group 998: the principal diagnosis is none for a discharge.'
      when eligible.drg = '999' then 'Group 999: the stay cannot be grouped.'
      else concat('Group ', eligible.drg, ': the procedure is unrelated to the principal diagnosis.')
    end as detail,
    eligible.release,
    cast(null as decimal(18, 2)) as at_stake_amount
  from eligible
  where regexp_matches(eligible.drg, '^(98[1-9]|99[89])$')
)
