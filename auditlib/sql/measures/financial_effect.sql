-- title: What codes that are in doubt are worth
-- row: one kind of effect and one group, or one check, with the claims or lines behind it
with
-- Table 5 of a correction holds beside that which it corrects: the latest whose days include the day counts.
table_day as (
  select
    discharge.service_date,
    max_by(drg_table.release, concat(cast(drg_table.effective_from as varchar), drg_table.release)) as release
  from (
    select distinct coalesce(claim.to_date, claim.from_date) as service_date
    from core.stay_without_diagnosis as stay_without_diagnosis
    inner join core.claim as claim
      on claim.claim_id = stay_without_diagnosis.claim_id
  ) as discharge
  inner join (
    select distinct
      drg.release,
      drg.effective_from,
      coalesce(drg.effective_to, date '9999-12-31') as effective_to
    from ref.drg as drg
    where drg.weight > 0
  ) as drg_table
    on drg_table.effective_from <= discharge.service_date and drg_table.effective_to >= discharge.service_date
  group by discharge.service_date
),

deciding as (
  select
    stay_without_diagnosis.claim_id,
    min(stay_without_diagnosis.code) as code,
    min(stay_without_diagnosis.drg) as drg_without
  from core.stay_without_diagnosis as stay_without_diagnosis
  group by stay_without_diagnosis.claim_id
  having count(*) = 1
),

stay as (
  select
    deciding.claim_id,
    grouped_stay.drg,
    deciding.drg_without,
    with_code.weight,
    without_code.weight as weight_without
  from deciding
  inner join core.grouped_stay as grouped_stay
    on grouped_stay.claim_id = deciding.claim_id
  inner join core.claim as claim
    on claim.claim_id = deciding.claim_id
  left join table_day
    on table_day.service_date = coalesce(claim.to_date, claim.from_date)
  left join ref.drg as with_code
    on with_code.release = table_day.release and with_code.drg = grouped_stay.drg and with_code.weight > 0
  left join ref.drg as without_code
    on without_code.release = table_day.release
    and without_code.drg = deciding.drg_without
    and without_code.weight > 0
),

paid as (
  select
    answered_stay.claim_id,
    sum(answered_stay.paid_amount) as paid_amount
  from core.answered_stay as answered_stay
  inner join core.grouped_stay as grouped_stay
    on grouped_stay.claim_id = answered_stay.claim_id and grouped_stay.drg = answered_stay.paid_drg
  group by answered_stay.claim_id
),

-- A line that several findings of one check name is at stake once.
refused_line as (
  select
    finding.check_id,
    finding.claim_id,
    finding.item_number,
    max(finding.at_stake_amount) as at_stake_amount
  from mart.finding as finding
  where regexp_matches(finding.check_id, '^(PTP|MUE)-')
  group by
    finding.check_id,
    finding.claim_id,
    finding.item_number
),

category as (
  select distinct
    diagnosis.claim_id,
    diagnosis.item_number,
    claim.patient_id,
    year(claim.from_date) as service_year,
    code_category.scheme,
    code_category.category
  from core.diagnosis as diagnosis
  inner join core.standing_claim as standing_claim
    on standing_claim.claim_id = diagnosis.claim_id
  inner join core.claim as claim
    on claim.claim_id = diagnosis.claim_id
  inner join ref.code_category as code_category
    on code_category.code = diagnosis.code
    and code_category.code_system = 'ICD-10-CM'
    and code_category.scheme like 'CMS-HCC%'
    and code_category.effective_from <= diagnosis.service_date
    and coalesce(code_category.effective_to, date '9999-12-31') >= diagnosis.service_date
),

flagged as (
  select distinct
    finding.claim_id,
    finding.item_number
  from mart.finding as finding
  where finding.check_id like 'OIG-%'
),

lost_category as (
  select
    category.patient_id,
    category.service_year,
    category.scheme,
    category.category
  from category
  left join flagged
    on flagged.claim_id = category.claim_id and flagged.item_number = category.item_number
  group by
    category.patient_id,
    category.service_year,
    category.scheme,
    category.category
  having count(*) = count(flagged.claim_id)
)

select
  'single complication' as effect,
  cast(concat(stay.drg, ' to ', stay.drg_without) as varchar) as subject,
  cast(count(*) as bigint) as case_count,
  cast(sum(stay.weight_without - stay.weight) as decimal(18, 4)) as weight_difference,
  -- By its digits: half a cent is not exact in a quotient, and one engine would round it down.
  cast(
    cast(sum(paid.paid_amount * (stay.weight_without / nullif(stay.weight, 0) - 1)) as decimal(24, 6))
    as decimal(18, 2)
  ) as payment_difference,
  cast(null as decimal(18, 2)) as at_stake_amount
from stay
left join paid
  on paid.claim_id = stay.claim_id
group by
  stay.drg,
  stay.drg_without
union all
select
  'refused lines' as effect,
  refused_line.check_id as subject,
  cast(count(distinct refused_line.claim_id) as bigint) as case_count,
  cast(null as decimal(18, 4)) as weight_difference,
  cast(null as decimal(18, 2)) as payment_difference,
  cast(sum(refused_line.at_stake_amount) as decimal(18, 2)) as at_stake_amount
from refused_line
group by refused_line.check_id
union all
select
  'risk category' as effect,
  cast(concat(lost_category.scheme, ' ', lost_category.category) as varchar) as subject,
  cast(count(*) as bigint) as case_count,
  cast(null as decimal(18, 4)) as weight_difference,
  cast(null as decimal(18, 2)) as payment_difference,
  cast(null as decimal(18, 2)) as at_stake_amount
from lost_category
group by
  lost_category.scheme,
  lost_category.category
order by effect, subject
