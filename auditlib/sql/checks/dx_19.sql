-- id: DX-19
-- title: Present-on-admission indicator missing or not a value
-- version: 1
-- unit: diagnosis of a hospital stay
-- severity: F
-- settings: inpatient, encounters not yet billed
-- authority: ICD-10-CM Official Guidelines, appendix I; Deficit Reduction Act of 2005, section 5001(c); CMS POA-exempt list
-- needs: the POA exempt list for the date of service, and an indicator on at least one diagnosis of the stay
-- codesets: POA exempt
-- fix: Give Y, N, U or W, or ask the physician where the record does not say
-- effective: 2015-10-01
--
-- Some hospitals and units give no indicators at all, and a claim does not say which: a stay without any indicator is
-- not checked. Nor is a principal diagnosis without one in a payer's extract (RIF, FHIR): its indicator is given with the
-- list of diagnoses, where the principal one is not always repeated. 1 is how files other than the 837 write that a code
-- is exempt. An indicator on an exempt code is DX-27.
with
reported as (
  select
    inpatient_diagnosis.claim_id,
    inpatient_diagnosis.encounter_id,
    inpatient_diagnosis.item_number,
    inpatient_diagnosis.code,
    inpatient_diagnosis.poa_indicator,
    inpatient_diagnosis.service_date,
    inpatient_diagnosis.is_principal
    and inpatient_diagnosis.poa_indicator is null
    and (source_file.format like 'RIF%' or source_file.format = 'FHIR') as has_no_place,
    count(inpatient_diagnosis.poa_indicator) over (
      partition by inpatient_diagnosis.claim_id, inpatient_diagnosis.encounter_id
    ) as indicator_count
  from core.inpatient_diagnosis as inpatient_diagnosis
  left join core.claim as claim
    on claim.claim_id = inpatient_diagnosis.claim_id
  left join core.source_file as source_file
    on source_file.source_file_id = claim.source_file_id
),

eligible as (
  select
    reported.claim_id,
    reported.encounter_id,
    reported.item_number,
    reported.code,
    reported.poa_indicator,
    reported.service_date,
    list_release_day.release,
    1 as counted_as,
    list_release_day.release is not null
    and reported.indicator_count > 0
    and not coalesce(reported.has_no_place, false) as is_checked
  from reported
  left join core.list_release_day as list_release_day
    on list_release_day.service_date = reported.service_date and list_release_day.list_name = 'POA exempt'
),

violating as (
  select
    eligible.claim_id,
    eligible.encounter_id,
    eligible.item_number,
    'ICD-10-CM' as code_system,
    eligible.code,
    cast(null as varchar) as related_code,
    eligible.service_date,
    concat(
      diagnosis_code.shown_code,
      case
        when eligible.poa_indicator is null then ' lacks its present-on-admission indicator.'
        when eligible.poa_indicator = '1' then ' has the indicator 1 (exempt), and is not on the list of exempt codes.'
        else concat(' has the present-on-admission indicator ', eligible.poa_indicator, '; it can be Y, N, U or W.')
      end
    ) as detail,
    eligible.release,
    cast(null as decimal(18, 2)) as at_stake_amount
  from eligible
  inner join core.diagnosis_code as diagnosis_code
    on diagnosis_code.code = eligible.code
  left join ref.code_list as code_list
    on code_list.list_name = 'POA exempt'
    and code_list.code_system = 'ICD-10-CM'
    and code_list.release = eligible.release
    and code_list.code = eligible.code
  where
    eligible.is_checked
    and (
      (coalesce(eligible.poa_indicator, '1') = '1' and code_list.code is null)
      or eligible.poa_indicator not in ('Y', 'N', 'U', 'W', '1')
    )
)
