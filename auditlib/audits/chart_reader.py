"""Charts for the review screen, assembled from the warehouse."""

from __future__ import annotations

import datetime as dt
import threading
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, fields, replace
from typing import Any

import polars as pl

from auditlib.audits.sibling_titles import SiblingTitles
from auditlib.audits.suggested_codes import suggested_codes
from auditlib.codesets.library.code_search import CodeSearch
from auditlib.errors import AuditError, UsageError
from auditlib.evidence import ChartIndex, ChartText, CodeMeaning, Evidence, naming_of
from auditlib.review import (
    AssignedCode,
    Chart,
    ChartCode,
    ChartDocument,
    ChartFinding,
    ChartPage,
    FoundCode,
    Highlight,
    MachineCoder,
    PayerAnswer,
    worklist_from,
)
from auditlib.review.blindness import Blindness
from auditlib.warehouse import FileStamp, Warehouse

Acceptances = Callable[[], pl.DataFrame]

_MOST_HIGHLIGHTS = 4
_MOST_FOUND = 20
# A chart alone costs 100 ms of processor time, 64 together 12 ms each.
_READ_AT_ONCE = 64
_LEFT_WHEN_READ_ON = 16
_MOST_KEPT = 112
_MOST_MEMORY_MB = 100


def chart_source(
    warehouse: Warehouse,
    blindness: Callable[[str], Blindness] = lambda _: Blindness(),
    *,
    encounter_ids: Sequence[str] = (),
    acceptances: Acceptances | None = None,
    suggested_by: MachineCoder | None = None,
) -> Callable[[str], Chart]:
    """Return a function that reads the chart of an encounter, without what is hidden of it.

    Parameters
    ----------
    warehouse
        The warehouse with the charts.
    blindness
        What is hidden of an encounter from whoever reads it.
    encounter_ids
        The worklist in order: while a chart is looked at, those that come next are read.
    acceptances
        Gives the exceptions that stand when charts are read, as `auditlib.checks.acceptance.acceptances`
        does; the findings that they accept say so.
    suggested_by
        The machine coder whose codes a chart holds as suggestions, where they are not hidden of it.
    """
    ahead = _RowsAhead(warehouse, encounter_ids, acceptances)

    def read(encounter_id: str) -> Chart:
        chart = _chart(encounter_id, ahead.of(encounter_id), ahead.siblings)
        if suggested_by is not None:
            chart = replace(chart, suggestions=suggested_codes(warehouse, encounter_id, suggested_by))
        return blindness(encounter_id).of_chart(chart)

    return read


def evidence_frame(chart: Chart) -> pl.DataFrame:
    """Return one row for each sentence of a chart that mentions what one of its codes describes.

    ``page_number`` is the page of a PDF or scan that it is on, else null. ``status`` is support, or why the
    sentence does not support the code, which ``reason`` says in words.
    """
    texts = {document.document_number: document.text for document in chart.documents}
    pages = {document.document_number: document.pages for document in chart.documents}
    rows = [
        (
            code.assigned.code_system,
            code.assigned.code,
            highlight.document_number,
            next(
                (
                    page.page_number
                    for page in pages[highlight.document_number]
                    if page.start <= highlight.start < page.end
                ),
                None,
            ),
            highlight.status or "support",
            highlight.reason,
            " ".join(texts[highlight.document_number][highlight.start : highlight.end].split()),
        )
        for code in chart.codes
        for highlight in chart.highlights.get(code.assigned.code_number, ())
    ]
    names = ("code_system", "code", "document_number", "page_number", "status", "reason", "sentence")
    return pl.DataFrame(
        rows,
        schema={name: pl.Int64 if name.endswith("_number") else pl.String for name in names},
        orient="row",
    )


def mention_finder(chart: Chart) -> Callable[[str], str | None]:
    """Return a function that says what the record says of a code's title: in the record, negated and so on.

    It gives None for what no sentence mentions, or so little of that it is not found.
    """
    index = ChartIndex([ChartText(document.document_number, document.text) for document in chart.documents])

    def find(description: str) -> str | None:
        found = index.support_for(description, limit=1)
        if not found or naming_of(index.confidence(CodeMeaning(description))) == "not found":
            return None
        return "in the record" if found[0].is_support else found[0].status

    return find


def code_finder(search: CodeSearch) -> Callable[[str, str, dt.date | None], Sequence[FoundCode]]:
    """Return a function that finds codes effective on a date, by the start of the code or by words."""

    def find(code_system: str, text: str, service_date: dt.date | None) -> list[FoundCode]:
        hits = search.suggest(text, date=service_date, code_systems=[code_system], limit=_MOST_FOUND)
        return [FoundCode(hit.code_system, hit.code, hit.description, hit.is_billable) for hit in hits]

    return find


def note_on_search(search: CodeSearch) -> Callable[[str, str, dt.date | None], str]:
    """Return a function that says whether the code system of a search is not loaded for a date."""

    def note(code_system: str, text: str, service_date: dt.date | None) -> str:
        return search.not_loaded_note(text, date=service_date, code_systems=[code_system])

    return note


def read_chart(warehouse: Warehouse, encounter_id: str, *, acceptances: Acceptances | None = None) -> Chart:
    """Return one encounter with documents, codes, findings and supporting sentences; see `chart_source`.

    Raises
    ------
    UsageError
        If the warehouse has no such encounter.
    """
    siblings = SiblingTitles(warehouse)
    rows = _rows_of(warehouse, [encounter_id], siblings, acceptances)[encounter_id]
    return _chart(encounter_id, rows, siblings)


class _RowsAhead:
    """What the warehouse holds of charts; those that come next are read while one is looked at.

    What was read ahead counts only as long as the warehouse is not written.
    """

    def __init__(
        self, warehouse: Warehouse, encounter_ids: Sequence[str], acceptances: Acceptances | None
    ) -> None:
        self._warehouse = warehouse
        self._acceptances = acceptances
        self._encounter_ids = list(encounter_ids)
        self._places = {encounter_id: place for place, encounter_id in enumerate(self._encounter_ids)}
        self._rows: dict[str, _ChartRows] = {}
        self.siblings = SiblingTitles(warehouse)
        self._stamp: FileStamp | None = None
        self._reading: threading.Thread | None = None

    def of(self, encounter_id: str) -> _ChartRows:
        """Return the rows of a chart as they are now."""
        if not self._is_known(encounter_id) and self._reading is not None:
            self._reading.join()
        if not self._is_known(encounter_id):
            self._read([encounter_id])
        rows = self._rows[encounter_id]
        place = self._places.get(encounter_id, len(self._encounter_ids))
        next_ones = self._encounter_ids[place + 1 : place + 1 + _READ_AT_ONCE]
        is_reading = self._reading is not None and self._reading.is_alive()
        is_file = self._stamp is not None
        if (
            is_file
            and next_ones
            and not is_reading
            and not all(map(self._is_known, next_ones[:_LEFT_WHEN_READ_ON]))
        ):
            unknown = [each for each in next_ones if not self._is_known(each)]
            self._reading = threading.Thread(target=self._read_ahead, args=(unknown,), daemon=True)
            self._reading.start()
        return rows

    def _is_known(self, encounter_id: str) -> bool:
        return (
            encounter_id in self._rows and self._stamp is not None and self._stamp == self._warehouse.stamp()
        )

    def _read(self, encounter_ids: list[str]) -> None:
        stamp = self._warehouse.stamp()
        is_unchanged = stamp is not None and stamp == self._stamp
        siblings = self.siblings if is_unchanged else SiblingTitles(self._warehouse)
        rows = _rows_of(self._warehouse, encounter_ids, siblings, self._acceptances)
        kept = self._rows if is_unchanged else {}
        # Of a long worklist the last that were read are kept, so that memory does not grow with it.
        self._rows = dict([*kept.items(), *rows.items()][-_MOST_KEPT:])
        self._stamp = stamp
        self.siblings = siblings

    def _read_ahead(self, encounter_ids: list[str]) -> None:
        # What keeps them from being read is said when one of them is asked for.
        with suppress(AuditError):
            self._read(encounter_ids)


@dataclass(frozen=True, slots=True)
class _ChartRows:
    """The rows of one chart, by query."""

    header: pl.DataFrame
    page: pl.DataFrame
    document: pl.DataFrame
    code: pl.DataFrame
    finding: pl.DataFrame
    payer_line: pl.DataFrame


def _rows_of(
    warehouse: Warehouse,
    encounter_ids: Sequence[str],
    siblings: SiblingTitles,
    acceptances: Acceptances | None,
) -> dict[str, _ChartRows]:
    params = {"encounter_ids": list(encounter_ids)}
    with warehouse.kept_open(most_memory_mb=_MOST_MEMORY_MB):
        frames = {
            field.name: warehouse.query(f"queries/encounters/chart_{field.name}", params)
            for field in fields(_ChartRows)
        }
        frames["finding"] = _with_acceptance(warehouse, frames["finding"], encounter_ids, acceptances)
        siblings.read(frames["code"].select("code_system", "code").unique().iter_rows())
    parts = {
        name: frame.partition_by("encounter_id", as_dict=True, include_key=name == "header")
        for name, frame in frames.items()
    }
    nothing = {name: frame.clear() for name, frame in frames.items()}
    return {
        encounter_id: _ChartRows(
            **{name: part.get((encounter_id,), nothing[name]) for name, part in parts.items()}
        )
        for encounter_id in encounter_ids
    }


def _with_acceptance(
    warehouse: Warehouse,
    findings: pl.DataFrame,
    encounter_ids: Sequence[str],
    acceptances: Acceptances | None,
) -> pl.DataFrame:
    """Return findings with why and until when they are accepted."""
    standing = None if acceptances is None or findings.is_empty() else acceptances()
    if standing is None or standing.is_empty():
        return findings.with_columns(
            accepted_because=pl.lit(None, pl.String), accepted_until=pl.lit(None, pl.Date)
        )
    accepted = warehouse.query(
        "queries/encounters/chart_accepted_finding",
        {"encounter_ids": list(encounter_ids)},
        frames={"_acceptance": standing.drop("recorded_at")},
    )
    same = ["encounter_id", "check_id", "severity", "code_system", "code", "detail"]
    return findings.join(accepted, on=same, how="left", nulls_equal=True, maintain_order="left")


def _chart(encounter_id: str, rows: _ChartRows, siblings: SiblingTitles) -> Chart:
    if rows.header.is_empty():
        message = f"There is no encounter {encounter_id} in this workspace."
        raise UsageError(message, hint="Load the file that holds it.")
    header = rows.header.row(0, named=True)
    pages = rows.page.partition_by("document_number", as_dict=True, include_key=False)
    documents = tuple(
        ChartDocument(
            **row,
            pages=tuple(
                ChartPage(*page) for page in pages.get((row["document_number"],), pl.DataFrame()).iter_rows()
            ),
        )
        for row in rows.document.iter_rows(named=True)
    )
    assigned = worklist_from([encounter_id], rows.code.with_columns(encounter_id=pl.lit(encounter_id)))[
        encounter_id
    ]
    descriptions = dict(rows.code.select("code_number", "description").iter_rows())
    findings = rows.finding
    answers = _payer_answers(rows.payer_line)
    codes = tuple(
        ChartCode(
            code, descriptions[code.code_number], _findings_about(findings, code), answers.get(code.code)
        )
        for code in assigned
    )
    index = ChartIndex([ChartText(document.document_number, document.text) for document in documents])
    about_codes = {(code.code_system, code.code) for code in assigned}
    return Chart(
        encounter_id=encounter_id,
        encounter_class=header["encounter_class"],
        documents=documents,
        codes=codes,
        patient_id=header["patient_id"],
        age=header["age_years"],
        sex=header["sex"],
        admit_date=header["admit_date"],
        discharge_date=header["discharge_date"],
        facility_id=header["facility_id"],
        provider_id=header["provider_id"],
        coder_id=header["coder_id"],
        payer_name=header["payer_name"],
        charge_amount=header["charge_amount"],
        discharge_status_code=header["discharge_status_code"],
        billed_drg_code=header["billed_drg_code"],
        paid_drg_code=header["paid_drg_code"],
        findings=tuple(
            _finding(row)
            for row in findings.iter_rows(named=True)
            if (row["code_system"], row["code"]) not in about_codes
        ),
        highlights={
            code.code_number: _highlights(
                siblings.meaning(code.code_system, code.code, title, header["discharge_date"]), index
            )
            for code in assigned
            if (title := descriptions[code.code_number]) is not None
        },
    )


def _payer_answers(lines: pl.DataFrame) -> dict[str, PayerAnswer]:
    """Return what the payer answered by code."""
    return {
        row["code"]: PayerAnswer(
            row["charge_amount"],
            row["paid_amount"],
            row["denied_line_count"],
            row["line_count"],
            tuple(row["reasons"]),
        )
        for row in lines.iter_rows(named=True)
    }


def _findings_about(findings: pl.DataFrame, code: AssignedCode) -> tuple[ChartFinding, ...]:
    same = findings.filter(pl.col("code_system") == code.code_system, pl.col("code") == code.code)
    return tuple(_finding(row) for row in same.iter_rows(named=True))


def _finding(row: dict[str, Any]) -> ChartFinding:
    return ChartFinding(**{field.name: row[field.name] for field in fields(ChartFinding)})


def _highlights(meaning: CodeMeaning, index: ChartIndex) -> tuple[Highlight, ...]:
    return tuple(
        Highlight(
            evidence.document_number,
            evidence.span.start,
            evidence.span.end,
            negated=not evidence.is_support,
            status=None if evidence.is_support else evidence.status,
            reason=evidence.reason,
        )
        for evidence in _shown(index.support_for(meaning, limit=None))
    )


def _shown(found: Sequence[Evidence]) -> list[Evidence]:
    """Return the best sentences for a code and the best against it: neither keeps the other from sight."""
    support = [evidence for evidence in found if evidence.is_support]
    against = [evidence for evidence in found if not evidence.is_support]
    return support[:_MOST_HIGHLIGHTS] + against[:_MOST_HIGHLIGHTS]
