-- id: TOB-01
-- title: Bill without what its type needs, or with what it cannot have
-- version: 1
-- unit: claim of an 837 that is institutional, or that replaces or voids another
-- severity: F
-- settings: professional, inpatient, outpatient, dental
-- authority: ASC X12N 005010X222A1, X223A2 and X224A2 (837), REF*F8, DTP*435 and CL103; Medicare Claims Processing Manual
--   (100-04), chapter 25, section 75 (form locators 4, 12, 17, 42 and 64)
-- needs: nothing beyond the claims
-- fix: Add the payer's number of the claim, the admission or the patient's status; or bill the stay as an inpatient one
-- effective: 2012-01-01
--
-- Only what the claim itself proves: a replacement or void without the payer's control number of its original, a stay
-- without admission day or status of discharge, and an outpatient bill with room and board (revenue codes 0100 to 0219).
with
bill as (
  select
    claim.claim_id,
    claim.form,
    coalesce(claim.to_date, claim.from_date) as service_date,
    coalesce(claim.frequency_code, '1') as frequency_code,
    claim.original_reference_number,
    claim.admit_date,
    claim.discharge_status_code,
    case when claim.form = 'I' then substring(ltrim(claim.type_of_bill, '0'), 1, 2) end as bill_kind
  from core.claim as claim
  inner join core.source_file as source_file
    on source_file.source_file_id = claim.source_file_id
  where
    source_file.format like '837%'
    and (claim.form = 'I' or coalesce(claim.frequency_code, '1') in ('7', '8'))
),

eligible as (
  select
    bill.claim_id,
    claim_role.encounter_id,
    bill.service_date,
    bill.frequency_code,
    bill.original_reference_number,
    bill.admit_date,
    bill.discharge_status_code,
    bill.bill_kind,
    1 as counted_as,
    true as is_checked
  from bill
  inner join core.claim_role as claim_role
    on claim_role.claim_id = bill.claim_id
),

room as (
  select
    claim_line.claim_id,
    min(claim_line.line_number) as line_number,
    min_by(claim_line.revenue_code, claim_line.line_number) as revenue_code
  from core.claim_line as claim_line
  inner join eligible
    on eligible.claim_id = claim_line.claim_id and eligible.bill_kind in ('13', '14')
  where regexp_matches(claim_line.revenue_code, '^0?(1[0-9]{2}|20[0-9]|21[0-9])$')
  group by claim_line.claim_id
),

judged as (
  select
    eligible.claim_id,
    eligible.encounter_id,
    eligible.service_date,
    coalesce(room.line_number, 0) as item_number,
    room.revenue_code,
    case
      when eligible.frequency_code in ('7', '8') and eligible.original_reference_number is null
        then concat(
          case when eligible.frequency_code = '7' then 'The replacement' else 'The void' end,
          ' does not name the payer''s control number of its original.'
        )
      when eligible.bill_kind in ('11', '18', '21') and eligible.admit_date is null then 'The stay has no admission day.'
      when eligible.bill_kind in ('11', '18', '21') and eligible.discharge_status_code is null
        then 'The stay has no status of discharge.'
      when room.claim_id is not null
        then concat('The outpatient bill has room and board, revenue code ', room.revenue_code, '.')
    end as detail
  from eligible
  left join room
    on room.claim_id = eligible.claim_id
),

violating as (
  select
    judged.claim_id,
    judged.encounter_id,
    judged.item_number,
    cast(null as varchar) as code_system,
    judged.revenue_code as code,
    cast(null as varchar) as related_code,
    judged.service_date,
    judged.detail,
    cast(null as varchar) as release,
    cast(null as decimal(18, 2)) as at_stake_amount
  from judged
  where judged.detail is not null
)
