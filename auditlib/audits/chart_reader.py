"""Charts for the review screen, assembled from the warehouse."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence

import polars as pl

from auditlib.codesets.library.code_search import CodeSearch
from auditlib.errors import UsageError
from auditlib.evidence import ChartIndex, ChartText
from auditlib.review import (
    AssignedCode,
    Chart,
    ChartCode,
    ChartDocument,
    ChartFinding,
    ChartPage,
    FoundCode,
    Highlight,
    PayerAnswer,
    worklist_from,
)
from auditlib.review.blindness import Blindness
from auditlib.warehouse import Warehouse

_MOST_HIGHLIGHTS = 4
_MOST_FOUND = 20


def chart_source(
    warehouse: Warehouse, blindness: Callable[[str], Blindness] = lambda _: Blindness()
) -> Callable[[str], Chart]:
    """Return a function that reads the chart of an encounter, without what is hidden of it.

    Parameters
    ----------
    warehouse
        The warehouse with the charts.
    blindness
        What is hidden of an encounter from whoever reads it.
    """
    return lambda encounter_id: blindness(encounter_id).of_chart(read_chart(warehouse, encounter_id))


def evidence_frame(chart: Chart) -> pl.DataFrame:
    """Return one row for each sentence of a chart that mentions what one of its codes describes.

    ``page_number`` is the page of a PDF or scan that it is on, else null.
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
            "negated or doubtful" if highlight.negated else "support",
            " ".join(texts[highlight.document_number][highlight.start : highlight.end].split()),
        )
        for code in chart.codes
        for highlight in chart.highlights.get(code.assigned.code_number, ())
    ]
    names = ("code_system", "code", "document_number", "page_number", "status", "sentence")
    return pl.DataFrame(
        rows,
        schema={name: pl.Int64 if name.endswith("_number") else pl.String for name in names},
        orient="row",
    )


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


def read_chart(warehouse: Warehouse, encounter_id: str) -> Chart:
    """Return one encounter with documents, codes, findings and supporting sentences.

    Raises
    ------
    UsageError
        If the warehouse has no such encounter.
    """
    params = {"encounter_id": encounter_id}
    headers = warehouse.query("queries/encounters/chart_header", params)
    if headers.is_empty():
        message = f"There is no encounter {encounter_id} in this workspace."
        raise UsageError(message, hint="Load the file that holds it.")
    header = headers.row(0, named=True)
    pages = warehouse.query("queries/encounters/chart_page", params).partition_by(
        "document_number", as_dict=True, include_key=False
    )
    documents = tuple(
        ChartDocument(
            **row,
            pages=tuple(
                ChartPage(*page) for page in pages.get((row["document_number"],), pl.DataFrame()).iter_rows()
            ),
        )
        for row in warehouse.query("queries/encounters/chart_document", params).iter_rows(named=True)
    )
    code_rows = warehouse.query("queries/encounters/chart_code", params)
    assigned = worklist_from([encounter_id], code_rows.with_columns(encounter_id=pl.lit(encounter_id)))[
        encounter_id
    ]
    descriptions = dict(code_rows.select("code_number", "description").iter_rows())
    findings = warehouse.query("queries/encounters/chart_finding", params)
    answers = _payer_answers(warehouse.query("queries/encounters/chart_payer_line", params))
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
        findings=tuple(
            _finding(row)
            for row in findings.iter_rows(named=True)
            if (row["code_system"], row["code"]) not in about_codes
        ),
        highlights={
            code.code_number: _highlights(descriptions[code.code_number], index) for code in assigned
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


def _finding(row: dict[str, str]) -> ChartFinding:
    return ChartFinding(row["check_id"], row["severity"], row["detail"])


def _highlights(description: str | None, index: ChartIndex) -> tuple[Highlight, ...]:
    if description is None:
        return ()
    return tuple(
        Highlight(
            evidence.document_number,
            evidence.span.start,
            evidence.span.end,
            negated=not evidence.is_support,
            status=None if evidence.is_support else evidence.status,
        )
        for evidence in index.support_for(description, limit=_MOST_HIGHLIGHTS)
    )
