-- title: Claims that stand, whose edits apply, and with which others their lines are compared
-- row: one claim that is no void, that no void took back, and that no later version of a payer's record replaced
-- key: claim_id
-- needs: core.claim_role
-- cut: patient_id
-- rule: originals are compared with the other originals of the patient to the same payer in the same turn, a claim
--   that follows one (late charges, adjustment, replacement) only with itself. A void takes back the originals of its
--   account and payer that were sent no later than it. A payer's record (FHIR, RIF) names the claim by the payer's own
--   number, so that of the originals under it on one first day the latest is the claim, and others are its earlier
--   versions. The provider is who rendered a professional claim, else who billed. Professional claims follow the edits
--   for practitioners, outpatient bills those for hospitals, inpatient and dental claims none; Medicaid has tables of
--   its own
-- source: NUBC type of bill (frequency code, kind of bill); ASC X12N 005010X222A1, CLM05-3 and SBR09; CMS NCCI Policy
--   Manual for Medicare Services, chapter 1
with
void as (
  select
    claim.patient_control_number,
    claim_role.payer_key,
    max(coalesce(claim.submit_date, date '9999-12-31')) as void_date
  from core.claim as claim
  inner join core.claim_role as claim_role
    on claim_role.claim_id = claim.claim_id
  where claim_role.frequency_code = '8'
  group by
    claim.patient_control_number,
    claim_role.payer_key
),

payer_version as (
  select
    claim.claim_id,
    row_number() over (
      partition by
        claim.form,
        claim.patient_control_number,
        claim.patient_id,
        claim.from_date,
        claim_role.payer_key,
        claim_role.payer_sequence
      order by coalesce(claim.submit_date, date '0001-01-01') desc, claim.claim_id desc
    ) as age
  from core.claim as claim
  inner join core.source_file as source_file
    on source_file.source_file_id = claim.source_file_id
  inner join core.claim_role as claim_role
    on claim_role.claim_id = claim.claim_id
  where
    (source_file.format = 'FHIR' or source_file.format like 'RIF%')
    and claim_role.frequency_code not in ('5', '6', '7', '8', '9')
),

-- Claims of one patient are compared, so the first of them is enough to name those that belong together.
first_original as (
  select
    claim_role.payer_key,
    claim_role.payer_sequence,
    claim.patient_id,
    min(claim.claim_id) as claim_id
  from core.claim as claim
  inner join core.claim_role as claim_role
    on claim_role.claim_id = claim.claim_id
  where claim.patient_id is not null
  group by
    claim_role.payer_key,
    claim_role.payer_sequence,
    claim.patient_id
),

standing as (
  select
    claim.claim_id,
    claim_role.encounter_id,
    case
      when claim_role.frequency_code in ('5', '6', '7', '9') then claim.claim_id
      else coalesce(first_original.claim_id, claim.claim_id)
    end as compared_claim_id,
    case
      when claim.form = 'P' then concat(case when claim.filing_code = 'MC' then 'Medicaid ' else '' end, 'practitioner')
      when
        claim.form = 'I'
        and substring(ltrim(claim.type_of_bill, '0'), 1, 2) in ('12', '13', '14', '22', '23', '34', '74', '75', '85')
        then concat(case when claim.filing_code = 'MC' then 'Medicaid ' else '' end, 'hospital')
    end as edit_setting,
    claim.place_of_service,
    claim.patient_id,
    claim.billing_provider_id,
    case
      when claim.form = 'P' then coalesce(claim.rendering_provider_id, claim.billing_provider_id)
      else claim.billing_provider_id
    end as provider_id
  from core.claim as claim
  inner join core.claim_role as claim_role
    on claim_role.claim_id = claim.claim_id
  left join first_original
    on first_original.payer_key = claim_role.payer_key
    and first_original.payer_sequence = claim_role.payer_sequence
    and first_original.patient_id = claim.patient_id
  left join void
    on void.patient_control_number = claim.patient_control_number
    and void.payer_key = claim_role.payer_key
    and void.void_date >= coalesce(claim.submit_date, date '0001-01-01')
  where
    claim_role.frequency_code <> '8'
    and (void.patient_control_number is null or claim_role.frequency_code in ('5', '6', '7', '9'))
    and claim.claim_id not in (select payer_version.claim_id from payer_version where payer_version.age > 1)
),

of_provider as (
  select
    standing.compared_claim_id,
    standing.patient_id,
    standing.provider_id,
    min(standing.claim_id) as first_claim_id
  from standing
  group by
    standing.compared_claim_id,
    standing.patient_id,
    standing.provider_id
),

of_group as (
  select
    standing.compared_claim_id,
    standing.patient_id,
    standing.billing_provider_id,
    min(standing.claim_id) as first_claim_id
  from standing
  group by
    standing.compared_claim_id,
    standing.patient_id,
    standing.billing_provider_id
)

select
  standing.claim_id,
  standing.encounter_id,
  standing.compared_claim_id,
  cast(standing.edit_setting as varchar) as edit_setting,
  standing.place_of_service,
  of_provider.first_claim_id as first_claim_of_provider,
  of_group.first_claim_id as first_claim_of_group
from standing
left join of_provider
  on of_provider.compared_claim_id = standing.compared_claim_id
  and of_provider.patient_id = standing.patient_id
  and of_provider.provider_id = standing.provider_id
left join of_group
  on of_group.compared_claim_id = standing.compared_claim_id
  and of_group.patient_id = standing.patient_id
  and of_group.billing_provider_id = standing.billing_provider_id
