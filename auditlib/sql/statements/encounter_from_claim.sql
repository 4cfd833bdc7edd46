-- Encounters of claims that no encounter file speaks of, coded as the latest claim to the first payer says.
create or replace temporary table latest_claim as
with ranked as (
    select
        claim.claim_id,
        claim_encounter.encounter_id,
        row_number() over (
            partition by claim_encounter.encounter_id
            order by
                case claim.payer_sequence when 'P' then 0 when 'S' then 1 else 2 end,
                claim.submit_date desc nulls last,
                claim.claim_id desc
        ) as latest_rank
    from core.claim as claim
    inner join core.claim_encounter as claim_encounter
        on claim_encounter.claim_id = claim.claim_id
    where
        coalesce(claim.frequency_code, '1') <> '8'
        and claim_encounter.encounter_id not in (select encounter_id from core.encounter)
),
telling_revenue as (
    select
        claim_id,
        max(case when revenue_code like '045%' then 1 else 0 end) as has_emergency_room,
        max(case when revenue_code like '045%' then 0 else 1 end) as has_operating_room
    from core.claim_line
    where revenue_code like '045%' or revenue_code like '036%' or revenue_code like '049%'
    group by claim_id
)
select
    claim.claim_id,
    ranked.encounter_id,
    case
        when claim.form = 'I' and substr(claim.type_of_bill, 1, 2) in ('11', '12') then 'inpatient'
        when claim.form = 'I' and telling_revenue.has_operating_room = 1 then 'outpatient surgery'
        when claim.form = 'I' and telling_revenue.has_emergency_room = 1 then 'emergency'
        when claim.form = 'P' and claim.place_of_service = '11' then 'office'
        when claim.form = 'P' and claim.place_of_service = '21' then 'inpatient'
        when claim.form = 'P' and claim.place_of_service = '23' then 'emergency'
        when claim.form = 'P' and claim.place_of_service in ('22', '24') then 'outpatient surgery'
        else 'other'
    end as encounter_class
from ranked
inner join core.claim as claim on claim.claim_id = ranked.claim_id
left join telling_revenue on telling_revenue.claim_id = claim.claim_id
where ranked.latest_rank = 1 and coalesce(claim.from_date, claim.submit_date) is not null;

insert into core.encounter (
    encounter_id, encounter_class, patient_id, admit_date, discharge_date, facility_id, provider_id,
    discharge_status_code, billed_drg_code, origin, source_file_id, source_offset
)
select
    latest_claim.encounter_id,
    latest_claim.encounter_class,
    claim.patient_id,
    coalesce(claim.admit_date, claim.from_date, claim.submit_date),
    coalesce(claim.to_date, claim.from_date, claim.submit_date),
    claim.billing_provider_id,
    claim.rendering_provider_id,
    claim.discharge_status_code,
    claim.drg_code,
    'claim',
    claim.source_file_id,
    claim.source_offset
from latest_claim
inner join core.claim as claim on claim.claim_id = latest_claim.claim_id;

insert into core.encounter_code (
    encounter_id, code_number, code_system, code, code_role, poa_indicator, code_date,
    modifier_1, modifier_2, modifier_3, modifier_4, unit_count, source_file_id, source_offset
)
with coded as (
    select
        claim_id, 1 as part_number, diagnosis_number as item_number, code_system, code, code_role, poa_indicator,
        cast(null as date) as code_date,
        cast(null as varchar) as modifier_1, cast(null as varchar) as modifier_2,
        cast(null as varchar) as modifier_3, cast(null as varchar) as modifier_4,
        cast(null as decimal(18, 4)) as unit_count, source_file_id, source_offset
    from core.claim_diagnosis
    union all
    select
        claim_id, 2, procedure_number, code_system, code, 'procedure', null, procedure_date,
        null, null, null, null, null, source_file_id, source_offset
    from core.claim_procedure
    union all
    select
        claim_id, 3, line_number, code_system, code, 'procedure', null, from_date,
        modifier_1, modifier_2, modifier_3, modifier_4, unit_count, source_file_id, source_offset
    from core.claim_line
    where code is not null and code_system is not null
)
select
    latest_claim.encounter_id,
    row_number() over (partition by coded.claim_id order by coded.part_number, coded.item_number),
    coded.code_system,
    coded.code,
    coded.code_role,
    coded.poa_indicator,
    coded.code_date,
    coded.modifier_1,
    coded.modifier_2,
    coded.modifier_3,
    coded.modifier_4,
    coded.unit_count,
    coded.source_file_id,
    coded.source_offset
from coded
inner join latest_claim on latest_claim.claim_id = coded.claim_id;

drop table latest_claim;
