-- id: PX-04
-- title: Procedure dated outside of the stay
-- version: 1
-- unit: ICD-10-PCS procedure of a hospital stay, with its date
-- severity: F
-- settings: inpatient, encounters not yet billed
-- authority: ASC X12N 005010X223A2, HI with qualifiers BBR and BBQ; 42 CFR 412.2(c)(5), the three days before admission
-- needs: the last day of the stay
-- fix: Compare the date with the operative report; a procedure of another stay goes on its own bill
-- effective: 2015-10-01
--
-- After the last day no bill can hold it. Medicare bundles the three days before admission, other payers their own
-- number, so that earlier procedures are findings on Medicare's bills only.
with
eligible as (
  select
    coded_procedure.claim_id,
    coded_procedure.encounter_id,
    coded_procedure.item_number,
    coded_procedure.code,
    coded_procedure.procedure_date,
    coded_procedure.service_date,
    hospital_stay.last_date,
    case
      when claim.filing_code = 'MA' then datediff('day', coded_procedure.procedure_date, hospital_stay.admit_date)
    end as days_before,
    1 as counted_as,
    hospital_stay.last_date is not null as is_checked
  from core.coded_procedure as coded_procedure
  inner join core.hospital_stay as hospital_stay
    on coalesce(hospital_stay.claim_id, -1) = coalesce(coded_procedure.claim_id, -1)
    and coalesce(hospital_stay.encounter_id, '') = coalesce(coded_procedure.encounter_id, '')
  left join core.claim as claim
    on claim.claim_id = coded_procedure.claim_id
  where coded_procedure.procedure_date is not null
),

violating as (
  select
    eligible.claim_id,
    eligible.encounter_id,
    eligible.item_number,
    'ICD-10-PCS' as code_system,
    eligible.code,
    cast(null as varchar) as related_code,
    eligible.service_date,
    concat(
      eligible.code,
      case
        when eligible.procedure_date > eligible.last_date then ' is dated after the last day of the stay.'
        else ' is dated more than three days before the admission.'
      end
    ) as detail,
    cast(null as varchar) as release,
    cast(null as decimal(18, 2)) as at_stake_amount
  from eligible
  where
    eligible.is_checked
    and (eligible.procedure_date > eligible.last_date or eligible.days_before > 3)
)
