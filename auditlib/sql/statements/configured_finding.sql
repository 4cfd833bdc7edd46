-- The findings for which checks.toml has a setting, each with the one that says most.
with
placed as (
  select
    finding.check_id,
    finding.finding_number,
    finding.service_date,
    claim.payer_id,
    case
      when claim.claim_id is null then 'not billed'
      when claim.form = 'P' then 'professional'
      when claim.form = 'D' then 'dental'
      when substring(ltrim(claim.type_of_bill, '0'), 1, 2) in ('11', '18', '21', '41') then 'inpatient'
      else 'outpatient'
    end as claim_setting
  from mart.finding as finding
  left join core.claim as claim
    on claim.claim_id = finding.claim_id
)

select
  placed.check_id,
  placed.finding_number,
  check_setting.severity,
  check_setting.is_run,
  check_setting.reason
from placed
inner join check_setting
  on check_setting.check_id = placed.check_id
where
  (check_setting.payer_id is null or check_setting.payer_id = placed.payer_id)
  and (
    check_setting.claim_setting is null
    or check_setting.claim_setting = placed.claim_setting
    or (check_setting.claim_setting = 'institutional' and placed.claim_setting in ('inpatient', 'outpatient'))
  )
  and (check_setting.first_day is null or check_setting.first_day <= placed.service_date)
  and (check_setting.last_day is null or check_setting.last_day >= placed.service_date)
qualify
  row_number() over (
    partition by placed.check_id, placed.finding_number
    order by
      case when check_setting.payer_id is null then 1 else 0 end,
      case when check_setting.claim_setting is null then 2 when check_setting.claim_setting = 'institutional' then 1 else 0 end,
      check_setting.setting_number
  ) = 1
