"""Reports made up for tests: hostile words, a letter, findings with their sentences."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from functools import cache

import polars as pl

from auditlib.plots import errors_by_kind, svg_of
from auditlib.report import Letter, ReportChart, ReportContents, ReportTable, Section, Signature, SumOf
from tests.plots import frames

EVIL = (
    '<script>alert("x")</script> #panic("typst") $x$ *b* \\ " [link](http://example.org) {{ 1 + 1 }} &amp; %s'
)
"""Words that would act in HTML, typst, Markdown, a template or a format string."""
MADE_AT = dt.datetime(2026, 11, 23, 9, 0, 0, 123_456, tzinfo=dt.UTC)


@cache
def drawn() -> str:
    """A chart, drawn once for all tests."""
    return svg_of(errors_by_kind(frames.errors()))


def findings(count: int = 3, evidence: str = "Injection discussed; not done.") -> ReportTable:
    """A row for each finding, with its sentence and comment beneath it."""
    return ReportTable(
        "Each finding",
        pl.DataFrame(
            {
                "finding_number": range(1, count + 1),
                "encounter_id": [f"E{number:05}" for number in range(count)],
                "before": ["20610-LT"] * count,
                "after": ["(nothing)"] * count,
                "recorded_date": [dt.date(2026, 11, 9)] * count,
                "overpaid_amount": [Decimal("184.10")] * count,
                "underpaid_amount": [Decimal("10.00")] * count,
                "net_amount": [Decimal("174.10")] * count,
                "evidence_text": [evidence] * count,
                "comment": ["Planned, not done."] * count,
            }
        ),
        totals=("overpaid_amount", "underpaid_amount", "net_amount"),
        formulas={"net_amount": SumOf(("overpaid_amount",), ("underpaid_amount",))},
        quotation="evidence_text",
        remark="comment",
        row_limit=None,
    )


def report(
    *tables: ReportTable, words: str = "plain words", letter: Letter | None = None, svg: str | None = None
) -> ReportContents:
    """A report of one section in which every text holds the words."""
    section = Section(
        f"Scope {words}",
        paragraphs=(f"A paragraph {words}",),
        facts=(("Seed", f"12 {words}"),),
        charts=(ReportChart(f"Errors {words}", svg or drawn(), f"described {words}"),),
        tables=tables,
        notes=(f"A note {words}",),
    )
    return ReportContents(
        title=f"Audit {words}",
        subtitle=f"of a quarter {words}",
        made_at=MADE_AT,
        made_by=f"an auditor {words}",
        software_version="auditlib 0",
        headline=(("Code over code", f"93.4 % {words}"),),
        sections=(section,),
        confidentiality=f"Confidential {words}",
        letter=letter,
    )


def letter(words: str = "") -> Letter:
    """A letter to a coder."""
    return Letter(
        sender=(f"The auditors {words}", "12 Long Street"),
        address=(f"Coder C07 {words}",),
        salutation=f"Dear colleague {words},",
        closing=f"Sincerely, {words}",
        signatures=(Signature("Lead auditor", f"A. Smith {words}", is_dated=True), Signature("Coder")),
    )
