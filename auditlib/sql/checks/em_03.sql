-- id: EM-03
-- title: Prolonged service beyond the minutes that the record states
-- version: 2
-- unit: service line with 99417 or G2212 beside a visit to which it belongs
-- severity: R
-- settings: professional
-- authority: CMS physician fee schedule of 2021 (85 FR 84472): G2212 from 69 minutes beside 99215 and from 89 beside 99205; CPT prolonged services, 99417: 15 minutes beyond the least minutes of the visit
-- needs: documents of the encounter that state one total of minutes for the day, and one provider's visit on it
-- fix: Bill as many units as the stated minutes make, or none; ask the provider where the minutes are not those of the day
-- effective: 2021-01-01
--
-- Each unit needs 15 whole minutes more. Medicare counts from the end of the former range of minutes, CPT from the least
-- minutes of the visit. Beside several visits of the day on its claim a line counts once.
with
beside_each_visit as (
  select
    procedure_line.claim_id,
    procedure_line.line_number,
    procedure_line.encounter_id,
    procedure_line.code_system,
    procedure_line.code,
    procedure_line.from_date as service_date,
    procedure_line.unit_count,
    procedure_line.charge_amount,
    leveled_visit.code as visit_code,
    leveled_visit.minute_count,
    case
      when procedure_line.code = '99417' then visit_rule.least_minutes + 15
      when leveled_visit.code = '99205' then 89
      else 69
    end as first_unit_minutes
  from core.procedure_line as procedure_line
  inner join core.leveled_visit as leveled_visit
    on leveled_visit.claim_id = procedure_line.claim_id and leveled_visit.service_date = procedure_line.from_date
  inner join core.visit_rule as visit_rule
    on visit_rule.code = leveled_visit.code
    and leveled_visit.service_date between visit_rule.first_date and visit_rule.last_date
  where
    (procedure_line.code = 'G2212' and leveled_visit.code in ('99205', '99215'))
    or (
      procedure_line.code = '99417'
      and leveled_visit.code in ('99205', '99215', '99245', '99345', '99350')
    )
),

prolonged as (
  select
    beside_each_visit.claim_id,
    beside_each_visit.line_number,
    beside_each_visit.encounter_id,
    beside_each_visit.code_system,
    beside_each_visit.code,
    beside_each_visit.service_date,
    beside_each_visit.unit_count,
    beside_each_visit.charge_amount,
    beside_each_visit.visit_code,
    beside_each_visit.minute_count,
    beside_each_visit.first_unit_minutes,
    row_number() over (
      partition by beside_each_visit.claim_id, beside_each_visit.line_number
      order by beside_each_visit.first_unit_minutes, beside_each_visit.visit_code
    ) as place
  from beside_each_visit
),

eligible as (
  select
    prolonged.claim_id,
    prolonged.line_number,
    prolonged.encounter_id,
    prolonged.code_system,
    prolonged.code,
    prolonged.service_date,
    prolonged.unit_count,
    prolonged.charge_amount,
    prolonged.visit_code,
    prolonged.minute_count,
    prolonged.first_unit_minutes,
    1 as counted_as,
    prolonged.minute_count is not null as is_checked
  from prolonged
  where prolonged.place = 1
),

violating as (
  select
    eligible.claim_id,
    eligible.encounter_id,
    eligible.line_number as item_number,
    eligible.code_system,
    eligible.code,
    eligible.visit_code as related_code,
    eligible.service_date,
    concat(
      'The record states ',
      cast(eligible.minute_count as varchar),
      ' minutes; ',
      rtrim(rtrim(cast(cast(eligible.unit_count as decimal(18, 4)) as varchar), '0'), '.'),
      ' units of ',
      eligible.code,
      ' beside ',
      eligible.visit_code,
      ' need ',
      cast(cast(eligible.first_unit_minutes + 15 * (eligible.unit_count - 1) as integer) as varchar),
      '.'
    ) as detail,
    cast(null as varchar) as release,
    eligible.charge_amount as at_stake_amount
  from eligible
  where eligible.minute_count < eligible.first_unit_minutes + 15 * (eligible.unit_count - 1)
)
