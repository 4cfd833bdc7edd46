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

-- One bit for each number that a diagnosis of the claim has; numbers above 60 are one bit together.
numbered as (
  select
    claim_diagnosis.claim_id,
    coalesce(max(claim_diagnosis.pointer_number), 0) as last_pointer,
    coalesce(
      bit_or(
        case
          when claim_diagnosis.pointer_number is not null
            then cast(power(2, least(claim_diagnosis.pointer_number, 61)) as bigint)
        end
      ),
      0
    ) as number_bits
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
    coalesce(numbered.last_pointer, 0) as last_pointer,
    coalesce(numbered.number_bits, 0) as number_bits,
    1 as counted_as,
    incomplete.claim_id is null
    and (claim_line.diagnosis_pointer_1 is not null or unpointed_file.source_file_id is null) as is_checked
  from core.claim_line as claim_line
  inner join core.claim as claim
    on claim.claim_id = claim_line.claim_id
  inner join core.claim_role as claim_role
    on claim_role.claim_id = claim_line.claim_id
  left join numbered
    on numbered.claim_id = claim_line.claim_id
  left join incomplete
    on incomplete.claim_id = claim_line.claim_id
  left join unpointed_file
    on unpointed_file.source_file_id = claim.source_file_id
  where
    (claim.form = 'P' and numbered.claim_id is not null)
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

-- No diagnosis has the number 0. A first pointer that is missing counts as 0, and one after it as the first.
first_fault as (
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
    eligible.last_pointer,
    case
      when (eligible.number_bits >> least(greatest(eligible.diagnosis_pointer_1, 0), 61)) & 1 = 0 then 1
      when
        (
          eligible.number_bits
          >> least(greatest(coalesce(eligible.diagnosis_pointer_2, eligible.diagnosis_pointer_1), 0), 61)
        ) & 1 = 0
        then 2
      when
        (
          eligible.number_bits
          >> least(greatest(coalesce(eligible.diagnosis_pointer_3, eligible.diagnosis_pointer_1), 0), 61)
        ) & 1 = 0
        then 3
      when
        (
          eligible.number_bits
          >> least(greatest(coalesce(eligible.diagnosis_pointer_4, eligible.diagnosis_pointer_1), 0), 61)
        ) & 1 = 0
        then 4
    end as position
  from eligible
  where eligible.is_checked
),

fault as (
  select
    first_fault.claim_id,
    first_fault.encounter_id,
    first_fault.line_number,
    first_fault.code_system,
    first_fault.code,
    first_fault.from_date,
    first_fault.charge_amount,
    first_fault.last_pointer,
    first_fault.position,
    case when first_fault.form = 'D' then 4 else 12 end as most_pointer,
    case first_fault.position
      when 1 then first_fault.diagnosis_pointer_1
      when 2 then first_fault.diagnosis_pointer_2
      when 3 then first_fault.diagnosis_pointer_3
      else first_fault.diagnosis_pointer_4
    end as pointer_number
  from first_fault
  where first_fault.position is not null
),

violating as (
  select
    fault.claim_id,
    fault.encounter_id,
    fault.line_number as item_number,
    fault.code_system,
    fault.code,
    cast(null as varchar) as related_code,
    fault.from_date as service_date,
    concat(
      'Pointer ',
      cast(fault.position as varchar),
      case
        when fault.pointer_number is null then ' is missing.'
        when fault.pointer_number < 1 then ' is not a diagnosis number.'
        when fault.pointer_number > fault.most_pointer
          then concat(' is ', cast(fault.pointer_number as varchar), ', which is out of range.')
        else concat(
          ' means diagnosis ',
          cast(fault.pointer_number as varchar),
          ', and the claim has ',
          cast(fault.last_pointer as varchar),
          '.'
        )
      end
    ) as detail,
    cast(null as varchar) as release,
    fault.charge_amount as at_stake_amount
  from fault
)
