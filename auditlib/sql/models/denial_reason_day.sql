-- title: What each adjustment reason means, for one payer on one day of payment
-- row: one reason that the primary payer gave, for one payer, filing indicator and day
-- key: reason_code, payer_id, payer_name, filing_code, payment_day
-- needs: mart.payer_response
-- cut: patient_control_number
-- shared: mart.adjustment_class.reason_day_id
-- rule: by a user's own list before the project's, a row for the payer (its identifier before its name) before one for its
--   class before one for all, and of those in force on that day the latest. An answer without a date is judged by the
--   entries that have no end. The class of a payer follows from the claim filing indicator of its payment
-- source: ASC X12N 005010X221A1, CLP06; docs/measures/claim_outcome.md
with given_reason as (
  select distinct
    adjustment.reason_code,
    coalesce(upper(trim(remittance.payer_id)), '') as payer_id,
    coalesce(upper(trim(remittance.payer_name)), '') as payer_name,
    coalesce(remit_claim.filing_code, '') as filing_code,
    case
      when remit_claim.filing_code in ('MA', 'MB') then 'Medicare fee-for-service'
      when remit_claim.filing_code = '16' then 'Medicare Advantage'
      when remit_claim.filing_code = 'MC' then 'Medicaid'
      when remit_claim.filing_code in ('CH', 'VA') then 'TRICARE or veterans'
      when remit_claim.filing_code = 'WC' then 'workers'' compensation'
      when remit_claim.filing_code in ('AM', 'LM', 'LI') then 'liability'
      when remit_claim.filing_code in ('12', '13', '14', '15', '17', 'BL', 'CI', 'DS', 'HM') then 'commercial'
      else ''
    end as payer_class,
    coalesce(payer_response.payment_date, date '9999-12-31') as payment_day
  from core.adjustment as adjustment
  inner join mart.payer_response as payer_response
    on payer_response.remit_claim_id = adjustment.remit_claim_id and payer_response.answer_number is not null
  inner join core.remit_claim as remit_claim
    on remit_claim.remit_claim_id = adjustment.remit_claim_id
  inner join core.remittance as remittance
    on remittance.remittance_id = remit_claim.remittance_id
  where adjustment.reason_code is not null
),

ranked as (
  select
    given_reason.reason_code,
    given_reason.payer_id,
    given_reason.payer_name,
    given_reason.filing_code,
    given_reason.payment_day,
    denial_reason.label,
    denial_reason.denial_category,
    denial_reason.check_id,
    denial_reason.owner,
    denial_reason.is_preventable,
    coalesce(denial_reason.reason_kind, case when denial_reason.is_denial then 'refused' else 'contractual' end)
      as reason_kind,
    row_number() over (
      partition by
        given_reason.reason_code,
        given_reason.payer_id,
        given_reason.payer_name,
        given_reason.filing_code,
        given_reason.payment_day
      order by
        case when denial_reason.stated_by = 'user' then 0 else 1 end,
        case when denial_reason.payer is null then 1 else 0 end,
        case when denial_reason.payer_class is null then 1 else 0 end,
        coalesce(denial_reason.effective_from, date '0001-01-01') desc,
        -- An entry for the payer's identifier before one for its name; then the same one on every engine.
        case when upper(trim(denial_reason.payer)) = given_reason.payer_id then 0 else 1 end,
        denial_reason.release desc,
        denial_reason.label,
        denial_reason.denial_category,
        denial_reason.owner,
        denial_reason.is_preventable,
        coalesce(denial_reason.reason_kind, ''),
        coalesce(denial_reason.check_id, '')
    ) as preference
  from given_reason
  inner join ref.denial_reason as denial_reason
    on denial_reason.reason_code = given_reason.reason_code
    and (denial_reason.effective_from is null or denial_reason.effective_from <= given_reason.payment_day)
    and coalesce(denial_reason.effective_to, date '9999-12-31') >= given_reason.payment_day
    and (denial_reason.payer_class is null or denial_reason.payer_class = given_reason.payer_class)
    and (
      denial_reason.payer is null
      or upper(trim(denial_reason.payer)) = given_reason.payer_id
      or upper(trim(denial_reason.payer)) = given_reason.payer_name
    )
),

-- The first 60 bits of a digest of the key, so that a row has one number whatever else is loaded.
digit as (
  select counted.place, cast(counted.weight as bigint) as weight
  from (
    values
      (1, 72057594037927936), (2, 4503599627370496), (3, 281474976710656), (4, 17592186044416), (5, 1099511627776),
      (6, 68719476736), (7, 4294967296), (8, 268435456), (9, 16777216), (10, 1048576), (11, 65536), (12, 4096),
      (13, 256), (14, 16), (15, 1)
  ) as counted (place, weight)
),

digested as (
  select
    ranked.reason_code,
    ranked.payer_id,
    ranked.payer_name,
    ranked.filing_code,
    ranked.payment_day,
    md5(
      concat(
        ranked.reason_code, '|', ranked.payer_id, '|', ranked.payer_name, '|', ranked.filing_code, '|',
        cast(ranked.payment_day as varchar)
      )
    ) as digest
  from ranked
  where ranked.preference = 1
),

numbered as (
  select
    digested.reason_code,
    digested.payer_id,
    digested.payer_name,
    digested.filing_code,
    digested.payment_day,
    sum((position(substring(digested.digest, digit.place, 1) in '0123456789abcdef') - 1) * digit.weight) as reason_day_id
  from digested
  cross join digit
  group by
    digested.reason_code,
    digested.payer_id,
    digested.payer_name,
    digested.filing_code,
    digested.payment_day
)

select
  cast(ranked.reason_code as varchar) as reason_code,
  cast(ranked.payer_id as varchar) as payer_id,
  cast(ranked.payer_name as varchar) as payer_name,
  cast(ranked.filing_code as varchar) as filing_code,
  cast(ranked.payment_day as date) as payment_day,
  cast(numbered.reason_day_id as bigint) as reason_day_id,
  ranked.reason_kind = 'refused' as is_denial,
  cast(ranked.reason_kind as varchar) as reason_kind,
  cast(ranked.label as varchar) as label,
  cast(ranked.denial_category as varchar) as denial_category,
  cast(ranked.check_id as varchar) as check_id,
  cast(ranked.owner as varchar) as owner,
  cast(ranked.is_preventable as varchar) as is_preventable
from ranked
inner join numbered
  on numbered.reason_code = ranked.reason_code
  and numbered.payer_id = ranked.payer_id
  and numbered.payer_name = ranked.payer_name
  and numbered.filing_code = ranked.filing_code
  and numbered.payment_day = ranked.payment_day
where ranked.preference = 1
