-- id: NOTE-01
-- title: Note carried over from an earlier one
-- version: 1
-- unit: note with 50 words or more of its own, beside the earlier notes that are loaded
-- severity: R
-- settings: charts of encounters
-- authority: Medicare Program Integrity Manual (100-08), chapter 3, section 3.3.2.1: documents on which to base a determination
-- needs: documents of the encounters; the patient of the encounter
-- fix: Look at the passages side by side; bill by what the note says of this visit
-- effective: 2000-01-01
--
-- Own words are those outside an author's standard text. From 60 in 100 own words on, most of the note says nothing of
-- its own visit. Copied text can be right, where nothing changed: a person decides.
with
eligible as (
  select
    carried_text.document_id,
    carried_text.encounter_id,
    carried_text.document_number,
    carried_text.note_date,
    carried_text.own_word_count,
    carried_text.carried_word_count,
    carried_text.source_document_id,
    carried_text.is_same_patient,
    1 as counted_as,
    carried_text.patient_id is not null as is_checked
  from core.carried_text as carried_text
  where carried_text.own_word_count >= 50
),

violating as (
  select
    cast(null as bigint) as claim_id,
    eligible.encounter_id,
    eligible.document_number as item_number,
    cast(null as varchar) as code_system,
    cast(null as varchar) as code,
    cast(null as varchar) as related_code,
    eligible.note_date as service_date,
    concat(
      cast(cast(floor(100 * eligible.carried_word_count / nullif(eligible.own_word_count, 0)) as integer) as varchar),
      ' % of the own words of document ',
      eligible.document_id,
      ' (',
      cast(eligible.carried_word_count as varchar),
      ' of ',
      cast(eligible.own_word_count as varchar),
      ') stand in earlier notes, most in ',
      eligible.source_document_id,
      case when eligible.is_same_patient then ' of the same patient.' else ' of another patient.' end
    ) as detail,
    cast(null as varchar) as release,
    cast(null as decimal(18, 2)) as at_stake_amount
  from eligible
  where eligible.is_checked and 10 * eligible.carried_word_count >= 6 * eligible.own_word_count
)
