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
    coalesce(stay.billed_drg, grouped_stay.drg) as drg,
    case when stay.billed_drg is null then grouped_stay.grouper end as release,
    1 as counted_as,
    coalesce(stay.billed_drg, grouped_stay.drg) is not null as is_checked
  from stay
  left join core.grouped_stay as grouped_stay
    on grouped_stay.claim_id = stay.claim_id
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
  where eligible.is_checked and (eligible.drg between '981' and '989' or eligible.drg in ('998', '999'))
)
