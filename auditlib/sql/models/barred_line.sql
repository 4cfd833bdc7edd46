-- title: Service lines that a pair edit bars, or would without a modifier
-- row: one service line and what the pair edits of its day say of it
-- key: claim_id, line_number, pair_result
-- rule: never paid where an edit with indicator 0 names the line's code second; where one with indicator 1 does, paid for a
--   modifier if the line, or a line of the code named first, has one that counts, else in want of a modifier. Of several
--   codes named first the first one is kept
-- source: CMS NCCI PTP edits, and the NCCI Policy Manual, chapter 1
-- needs: core.paired_procedure
-- for: checks
with
said as (
  select
    procedure_line.claim_id,
    procedure_line.line_number,
    case
      when paired_procedure.modifier_indicator = '0' then 'never paid'
      when
        procedure_line.has_unbundling_modifier
        or procedure_line.is_stated_distinct
        or paired_procedure.is_paid_code_unbundled
        then 'paid for a modifier'
      else 'in want of a modifier'
    end as pair_result,
    paired_procedure.column_1_code,
    paired_procedure.release
  from core.paired_procedure as paired_procedure
  inner join core.procedure_line as procedure_line
    on procedure_line.first_claim_of_provider = paired_procedure.first_claim_of_provider
    and procedure_line.from_date = paired_procedure.service_date
    and procedure_line.code = paired_procedure.column_2_code
),

ordered as (
  select
    said.claim_id,
    said.line_number,
    said.pair_result,
    said.column_1_code,
    said.release,
    row_number() over (
      partition by said.claim_id, said.line_number, said.pair_result
      order by said.column_1_code, said.release
    ) as place
  from said
)

select
  ordered.claim_id,
  ordered.line_number,
  cast(ordered.pair_result as varchar) as pair_result,
  ordered.column_1_code,
  ordered.release
from ordered
where ordered.place = 1
order by ordered.claim_id, ordered.line_number, pair_result
