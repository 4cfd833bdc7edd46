-- id: DX-22
-- title: Diagnosis pointer missing or invalid
-- version: 2
-- unit: service line of a professional or dental claim
-- severity: F
-- settings: professional, dental
-- authority: ASC X12N 005010X222A1, SV107, and 005010X224A2, SV311; CMS-1500 item 24E
-- needs: the diagnoses of the claim, all of them loaded, from a file that has pointers
-- fix: Point the line to the diagnosis for which the service was given
-- effective: 2012-01-01
--
-- A professional line needs a first pointer where the claim has diagnoses; a dental line may go without. A pointer is
-- 1 to 12 (1 to 4 on a dental claim) and must mean a diagnosis that is there. One finding a line: its first fault.
-- Where a segment of diagnoses was not loaded, what a pointer means is not known, and the line is not checked. Nor is a
-- line without pointers of a payer's record (FHIR, RIF), which may leave out what was billed, or of a table without any.
with
unpointed_file as (
  select
    source_file.source_file_id
  from core.source_file as source_file
  where
    source_file.format not like '837%'
    and (
      source_file.format = 'FHIR'
      or source_file.format like 'RIF%'
      or source_file.source_file_id not in (
        select claim.source_file_id
        from core.claim as claim
        inner join core.claim_line as claim_line
          on claim_line.claim_id = claim.claim_id
        where claim_line.diagnosis_pointer_1 is not null
      )
    )
),

diagnosis_count as (
  select
    claim_diagnosis.claim_id,
    min(claim_diagnosis.pointer_number) as first_pointer,
    max(claim_diagnosis.pointer_number) as last_pointer,
    -- One bit for each number that is there.
    bit_or(
      case
        when claim_diagnosis.pointer_number between 1 and 60
          then cast(power(2, claim_diagnosis.pointer_number) as bigint)
        else 0
      end
    ) as pointer_bits
  from core.claim_diagnosis as claim_diagnosis
  group by claim_diagnosis.claim_id
),

claim_span as (
  select
    claim.claim_id,
    claim.source_file_id,
    claim.source_offset,
    lead(claim.source_offset) over (
      partition by claim.source_file_id
      order by claim.source_offset
    ) as next_offset
  from core.claim as claim
  where
    claim.source_file_id in (
      select rejected_record.source_file_id
      from core.rejected_record as rejected_record
      where rejected_record.segment = 'HI'
    )
),

incomplete as (
  select distinct claim_span.claim_id
  from claim_span
  inner join core.rejected_record as rejected_record
    on rejected_record.source_file_id = claim_span.source_file_id
    and rejected_record.segment = 'HI'
    and rejected_record.source_offset >= claim_span.source_offset
    and (claim_span.next_offset is null or rejected_record.source_offset < claim_span.next_offset)
),

eligible as (
  select
    claim_line.claim_id,
    claim_role.encounter_id,
    claim_line.line_number,
    claim_line.code_system,
    claim_line.code,
    claim_line.from_date,
    claim_line.charge_amount,
    claim.form,
    claim_line.diagnosis_pointer_1,
    claim_line.diagnosis_pointer_2,
    claim_line.diagnosis_pointer_3,
    claim_line.diagnosis_pointer_4,
    coalesce(diagnosis_count.last_pointer, 0) as last_pointer,
    1 as counted_as,
    incomplete.claim_id is null
    and (claim_line.diagnosis_pointer_1 is not null or unpointed_file.source_file_id is null) as is_checked,
    -- Diagnoses are numbered without a gap nearly always, and pointers are among these numbers.
    coalesce(
      diagnosis_count.first_pointer >= 1
      and diagnosis_count.last_pointer <= 60
      and diagnosis_count.pointer_bits = cast(power(2, least(diagnosis_count.last_pointer, 60) + 1) as bigint) - 2
      and claim_line.diagnosis_pointer_1 between 1 and diagnosis_count.last_pointer
      and coalesce(claim_line.diagnosis_pointer_2, 1) between 1 and diagnosis_count.last_pointer
      and coalesce(claim_line.diagnosis_pointer_3, 1) between 1 and diagnosis_count.last_pointer
      and coalesce(claim_line.diagnosis_pointer_4, 1) between 1 and diagnosis_count.last_pointer,
      false
    ) as is_pointed_right
  from core.claim_line as claim_line
  inner join core.claim as claim
    on claim.claim_id = claim_line.claim_id
  inner join core.claim_role as claim_role
    on claim_role.claim_id = claim_line.claim_id
  left join diagnosis_count
    on diagnosis_count.claim_id = claim_line.claim_id
  left join incomplete
    on incomplete.claim_id = claim_line.claim_id
  left join unpointed_file
    on unpointed_file.source_file_id = claim.source_file_id
  where
    (claim.form = 'P' and diagnosis_count.claim_id is not null)
    or (
      claim.form in ('P', 'D')
      and coalesce(
        claim_line.diagnosis_pointer_1,
        claim_line.diagnosis_pointer_2,
        claim_line.diagnosis_pointer_3,
        claim_line.diagnosis_pointer_4
      ) is not null
    )
),

doubtful as (
  select
    eligible.claim_id,
    eligible.encounter_id,
    eligible.line_number,
    eligible.code_system,
    eligible.code,
    eligible.from_date,
    eligible.charge_amount,
    eligible.form,
    eligible.diagnosis_pointer_1,
    eligible.diagnosis_pointer_2,
    eligible.diagnosis_pointer_3,
    eligible.diagnosis_pointer_4,
    eligible.last_pointer
  from eligible
  where eligible.is_checked and not eligible.is_pointed_right
),

pointer as (
  select
    doubtful.claim_id,
    doubtful.line_number,
    1 as position,
    doubtful.diagnosis_pointer_1 as pointer_number
  from doubtful
  union all
  select
    doubtful.claim_id,
    doubtful.line_number,
    2 as position,
    doubtful.diagnosis_pointer_2 as pointer_number
  from doubtful
  union all
  select
    doubtful.claim_id,
    doubtful.line_number,
    3 as position,
    doubtful.diagnosis_pointer_3 as pointer_number
  from doubtful
  union all
  select
    doubtful.claim_id,
    doubtful.line_number,
    4 as position,
    doubtful.diagnosis_pointer_4 as pointer_number
  from doubtful
),

present as (
  select distinct
    claim_diagnosis.claim_id,
    claim_diagnosis.pointer_number
  from core.claim_diagnosis as claim_diagnosis
  where
    claim_diagnosis.pointer_number is not null
    and claim_diagnosis.claim_id in (select doubtful.claim_id from doubtful)
),

fault as (
  select
    pointer.claim_id,
    pointer.line_number,
    min(pointer.position) as position
  from pointer
  left join present
    on present.claim_id = pointer.claim_id and present.pointer_number = pointer.pointer_number
  where
    (pointer.position = 1 and pointer.pointer_number is null)
    or (pointer.pointer_number is not null and present.claim_id is null)
  group by
    pointer.claim_id,
    pointer.line_number
),

violating as (
  select
    doubtful.claim_id,
    doubtful.encounter_id,
    doubtful.line_number as item_number,
    doubtful.code_system,
    doubtful.code,
    cast(null as varchar) as related_code,
    doubtful.from_date as service_date,
    concat(
      'Pointer ',
      cast(fault.position as varchar),
      case
        when pointer.pointer_number is null then ' is missing.'
        when pointer.pointer_number < 1 then ' is not a diagnosis number.'
        when pointer.pointer_number > case when doubtful.form = 'D' then 4 else 12 end
          then concat(' is ', cast(pointer.pointer_number as varchar), ', which is out of range.')
        else concat(
          ' means diagnosis ',
          cast(pointer.pointer_number as varchar),
          ', and the claim has ',
          cast(doubtful.last_pointer as varchar),
          '.'
        )
      end
    ) as detail,
    cast(null as varchar) as release,
    doubtful.charge_amount as at_stake_amount
  from doubtful
  inner join fault
    on fault.claim_id = doubtful.claim_id and fault.line_number = doubtful.line_number
  inner join pointer
    on pointer.claim_id = fault.claim_id
    and pointer.line_number = fault.line_number
    and pointer.position = fault.position
)
