-- id: REC-01
-- title: Record requirement that a reviewer found missing
-- version: 2
-- unit: requirement of a document: signature, author with credentials, date of service, legible pages
-- severity: R
-- settings: charts of encounters
-- authority: Medicare Program Integrity Manual (100-08), chapter 3, section 3.3.2.4: signature requirements
-- needs: a reviewer's statement on the document (f in the review desk)
-- fix: Ask for a signature log or attestation, or for the page that is missing, before the visit counts as documented
-- effective: 2000-01-01
--
-- What nobody stated is not checked: no text says for sure that a page is signed. A lacking signature can be attested, an
-- order without one cannot: a person decides.
with
requirement as (
  select 'signature' as name
  union all select 'author with credentials'
  union all select 'date of service'
  union all select 'legible pages'
),

eligible as (
  select
    document.encounter_id,
    document.document_number,
    document.document_id,
    requirement.name,
    document_requirement.requirement_state,
    cast(coalesce(document.written_at, encounter.discharge_date) as date) as service_date,
    1 as counted_as,
    document_requirement.requirement_state is not null as is_checked
  from core.document as document
  left join core.encounter as encounter
    on encounter.encounter_id = document.encounter_id
  cross join requirement
  left join core.document_requirement as document_requirement
    on document_requirement.encounter_id = document.encounter_id
    and document_requirement.document_number = document.document_number
    and document_requirement.requirement = requirement.name
  where document.document_type in ('physician note', 'discharge summary', 'operative report')
),

violating as (
  select
    cast(null as bigint) as claim_id,
    eligible.encounter_id,
    eligible.document_number as item_number,
    cast(null as varchar) as code_system,
    cast(null as varchar) as code,
    cast(null as varchar) as related_code,
    eligible.service_date,
    concat('Document ', eligible.document_id, ': ', eligible.name, ' is missing.') as detail,
    cast(null as varchar) as release,
    cast(null as decimal(18, 2)) as at_stake_amount
  from eligible
  where eligible.requirement_state = 'missing'
)
