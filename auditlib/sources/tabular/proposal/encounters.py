"""The proposed tables of visits, their codes and their documents."""

from __future__ import annotations

from collections.abc import Iterator

from auditlib.sources.tabular.proposal.claims import (
    CodeHome,
    code_entries,
    fill_each,
    fill_key,
    fill_procedure,
)
from auditlib.sources.tabular.proposal.column_choice import ColumnChoice
from auditlib.sources.tabular.proposal.entries import Entry
from auditlib.sources.tabular.proposal.suggested_values import encounter_class_of, is_known_class

_STARTS = ("admit date", "claim start", "service date", "plain date")
_NO_VISITS = "no column is understood to have the days of the visits: are they in another file?"


def proposed_encounters(table: ColumnChoice) -> Iterator[Entry]:
    """Yield the tables that rows of visits, or of the codes of visits, fill."""
    key = table.one("account", "claim number")
    per = "encounter_id" if table.repeats(key) else None
    # Days that are not understood are those of the visits, more likely than of nothing.
    has_visits = table.has("encounter class", "coder", *_STARTS) or bool(table.unknown_days())
    if has_visits and not table.has("code"):
        yield _visit(table, per)
    if table.has("code") and table.has("code system"):
        code = Entry("encounter_code")
        fill_key(code, "encounter_id", key)
        fill_each(code, table, code_number="line number", code_system="code system", code="code")
        fill_each(code, table, code_role="code role", poa_indicator="poa")
        code.take("modifier_1", table.all("modifier")[:1])
        fill_each(code, table, code_date="service date", unit_count="units")
        _model(code, table)
        yield code
        return
    if not has_visits:
        key = [one.doubted(_NO_VISITS) for one in key]
    home = CodeHome("encounter_code", "encounter_id", key, per)
    yield from code_entries(table, home, "diagnosis")
    if table.has("procedure"):
        yield _services(table, home)
    yield from code_entries(table, home, "icd procedure")


def _model(code: Entry, table: ColumnChoice) -> None:
    """Fill which model assigned a code and how sure it is, where a column names a model or its confidence."""
    if table.has("code source"):
        fill_each(code, table, code_source="code source")
    elif table.has("model name", "model version", "confidence"):
        code.constant("code_source", "model", "all rows are taken for a model's codes")
    else:
        return
    for target, meaning in (("coder_name", "model name"), ("coder_version", "model version")):
        if table.has(meaning):
            fill_each(code, table, **{target: meaning})
        else:
            code.missing(target, f"no column has the {meaning}")
    fill_each(code, table, confidence_share="confidence")


def _visit(table: ColumnChoice, per: str | None) -> Entry:
    visit = Entry("encounter", one_row_per=per)
    fill_key(visit, "encounter_id", table.one("account", "claim number"))
    if classes := table.one("encounter class"):
        unknown = not all(map(is_known_class, classes[0].words))
        visit.take("encounter_class", classes, (), *(["what do its other words mean?"] if unknown else []))
    else:
        kind = encounter_class_of(table.has("drg", "discharge status"))
        visit.constant("encounter_class", kind, "no column has the encounter class")
    visit.take("patient_id", table.one("patient", "member"))
    fill_each(visit, table, birth_date="birth date", sex="sex")
    if table.has(*_STARTS):
        visit.take("admit_date", table.one(*_STARTS), ["take: min"] if per else [])
    else:
        visit.missing("admit_date", "every encounter needs its first day")
    ends = table.one("discharge date", "claim end", "service end")
    visit.take("discharge_date", ends, ["take: max"] if per else [])
    fill_each(
        visit, table,
        facility_id="facility", provider_id="rendering provider", coder_id="coder",
        coded_date="coded date", discharge_status_code="discharge status", billed_drg_code="drg",
    )  # fmt: skip
    return visit


def _services(table: ColumnChoice, home: CodeHome) -> Entry:
    entry = Entry(home.target)
    fill_key(entry, home.key_column, home.key)
    entry.constant("code_system", "CPT", "J1885 and the like are HCPCS: a row each")
    columns = table.all("procedure")
    if len(columns) > 1:
        marks = sorted({mark for column in columns for mark in column.separators})
        options = [f"separator: [{', '.join(marks)}]"] if marks else []
        options += ["has_modifiers: true"] if any(column.has_modifiers for column in columns) else []
        entry.take("code", columns, options)
        return entry
    fill_procedure(entry, table)
    fill_each(entry, table, unit_count="units", code_date="service date")
    return entry


def proposed_documents(table: ColumnChoice) -> Iterator[Entry]:
    """Yield the table that rows of notes fill."""
    entry = Entry("document")
    fill_key(entry, "encounter_id", table.one("account", "claim number"))
    fill_each(
        entry, table,
        document_type="note type", title="note title", author_role="note author", written_at="note time",
        text="note text",
    )  # fmt: skip
    yield entry
