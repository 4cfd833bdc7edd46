-- id: EM-06
-- title: Split or shared visit in an office
-- version: 2
-- unit: service line with modifier FS on a professional claim
-- severity: R
-- settings: professional
-- authority: 42 CFR 415.140: a split or shared visit is one in a facility
-- needs: the place of service of the line or claim
-- fix: Take modifier FS off where the visit was in an office, or correct the place of service
-- effective: 2022-01-01
--
-- In an office the rules on services incident to a physician's hold instead. Who performed the substantive portion, no
-- claim says. A visit that is not given in an office at all, as one in a hospital, is POS-02's finding.
with
eligible as (
  select
    procedure_line.claim_id,
    procedure_line.encounter_id,
    procedure_line.line_number,
    procedure_line.code_system,
    procedure_line.code,
    procedure_line.from_date as service_date,
    procedure_line.charge_amount,
    coalesce(claim_line.place_of_service, claim.place_of_service) as place,
    1 as counted_as,
    coalesce(claim_line.place_of_service, claim.place_of_service) is not null as is_checked
  from core.procedure_line as procedure_line
  inner join core.claim as claim
    on claim.claim_id = procedure_line.claim_id
  inner join core.claim_line as claim_line
    on claim_line.claim_id = procedure_line.claim_id and claim_line.line_number = procedure_line.line_number
  where
    claim.form = 'P'
    and 'FS' in (claim_line.modifier_1, claim_line.modifier_2, claim_line.modifier_3, claim_line.modifier_4)
    and procedure_line.from_date >= date '2022-01-01'
),

violating as (
  select
    eligible.claim_id,
    eligible.encounter_id,
    eligible.line_number as item_number,
    eligible.code_system,
    eligible.code,
    cast(null as varchar) as related_code,
    eligible.service_date,
    concat(eligible.code, ' has modifier FS and place of service 11, an office.') as detail,
    cast(null as varchar) as release,
    eligible.charge_amount as at_stake_amount
  from eligible
  where
    eligible.place = '11'
    and eligible.code not in (
      select visit.code
      from ref.line_rule as visit
      inner join ref.line_rule as place
        on place.rule = 'place against visit' and place.code = visit.value and place.value = '11'
      where visit.rule = 'visit'
    )
)
