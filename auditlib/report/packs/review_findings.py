"""What a review found, chart by chart: the answer, each finding, and every unit in the order drawn."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

import polars as pl

from auditlib.audits.spares import SpareUse
from auditlib.report.contents import ReportTable, Section
from auditlib.review import FinalVerdicts
from auditlib.sampling import Manifest
from auditlib.text import counted

_NO_FINDING: Final = "Every code of every chart that was reviewed to the end was agreed with."
_COUNTED: Final = ("in error", "no error", "record missing")
_REBUTTAL: Final = "none recorded"
UNIT_COLUMNS: Final = {
    "draw_number": pl.Int64(),
    "unit_id": pl.String(),
    "stratum": pl.String(),
    "role": pl.String(),
    "encounter_id": pl.String(),
    "result": pl.String(),
    "error_count": pl.Int64(),
    "reviewer": pl.String(),
    "completed_at": pl.Datetime("us"),
}
"""Columns of `unit_results`."""


def finding_list(before_and_after: pl.DataFrame, charts: pl.DataFrame) -> pl.DataFrame:
    """Return each code that the review found wrong, chart by chart.

    Parameters
    ----------
    before_and_after
        Rows of `auditlib.review.before_and_after.before_and_after` of the verdicts that count.
    charts
        ``encounter_id`` and ``coder_id`` of the charts.

    Returns
    -------
    polars.DataFrame
        A numbered row for each verdict other than agree, in the order of charts and codes: finding_number,
        encounter_id, coder_id, before, after, error_kind, cause, comment, reviewer, recorded_date and
        rebuttal, which says 'none recorded'.
    """
    coders = charts.select("encounter_id", "coder_id").unique("encounter_id")
    wrong = before_and_after.filter(pl.col("action") != "agree").join(
        coders, on="encounter_id", how="left", maintain_order="left"
    )
    return (
        wrong.sort("encounter_id", "code_number", nulls_last=True, maintain_order=True)
        .with_row_index("finding_number", offset=1)
        .select(
            pl.col("finding_number").cast(pl.Int64),
            *("encounter_id", "coder_id", "before", "after", "error_kind", "cause", "comment"),
            "reviewer",
            pl.col("recorded_at").dt.date().alias("recorded_date"),
            rebuttal=pl.lit(_REBUTTAL),
        )
    )


def unit_results(
    manifest: Manifest, uses: Sequence[SpareUse], chart_of_unit: Mapping[str, str], final: FinalVerdicts
) -> pl.DataFrame:
    """Return every drawn unit in the order drawn, with what its review found.

    Parameters
    ----------
    manifest
        Of the sample.
    uses
        The spares used.
    chart_of_unit
        The encounter of each unit, whose chart is reviewed.
    final
        The verdicts that count.

    Returns
    -------
    polars.DataFrame
        The columns of `UNIT_COLUMNS`: ``result`` is no error, in error, record missing, outside the universe,
        not adjudicated, not said whether the record was seen, not reviewed to the end, or spare not used.
    """
    units = pl.DataFrame(
        [
            (number, unit.unit_id, unit.stratum, unit.role, chart_of_unit.get(unit.unit_id))
            for number, unit in enumerate(manifest.selected, 1)
        ],
        schema={name: UNIT_COLUMNS[name] for name in list(UNIT_COLUMNS)[:5]},
        orient="row",
    )
    errors = (
        final.verdicts.filter(pl.col("action") != "agree")
        .group_by("encounter_id")
        .agg(error_count=pl.len().cast(pl.Int64))
    )
    charts = final.charts.select("encounter_id", "reviewer", "completed_at").unique("encounter_id")
    joined = units.join(charts, on="encounter_id", how="left", maintain_order="left").join(
        errors, on="encounter_id", how="left", maintain_order="left"
    )
    is_reviewed = pl.col("reviewer").is_not_null()
    used = {use.unit_in for use in uses}
    result = (
        pl.when(pl.col("unit_id").is_in([use.unit_out for use in uses]))
        .then(pl.lit("outside the universe"))
        .when((pl.col("role") == "spare") & ~pl.col("unit_id").is_in(list(used)))
        .then(pl.lit("spare not used"))
        .when(pl.col("encounter_id").is_in(final.not_adjudicated["encounter_id"].implode()))
        .then(pl.lit("not adjudicated"))
        .when(pl.col("encounter_id").is_in(final.not_stated["encounter_id"].implode()))
        .then(pl.lit("not said whether the record was seen"))
        .when(pl.col("encounter_id").is_in(list(final.missing_charts)))
        .then(pl.lit("record missing"))
        .when(~is_reviewed)
        .then(pl.lit("not reviewed to the end"))
        .when(pl.col("error_count") > 0)
        .then(pl.lit("in error"))
        .otherwise(pl.lit("no error"))
    )
    return joined.with_columns(
        result=result,
        error_count=pl.when(is_reviewed & result.is_in(_COUNTED)).then(pl.col("error_count").fill_null(0)),
    ).select(pl.col(name).cast(dtype) for name, dtype in UNIT_COLUMNS.items())


def answer(manifest: Manifest, findings: pl.DataFrame, units: pl.DataFrame, rate: str) -> Section:
    """Return the section that the report opens with: asked, found, owed, how sure, still open.

    Parameters
    ----------
    manifest
        Of the sample.
    findings, units
        From `finding_list` and `unit_results`.
    rate
        The share of charts without error with its interval, in words.
    """
    looked_at = units.filter(pl.col("result") != "spare not used")
    by_result = dict(looked_at.group_by("result").len().iter_rows())
    unit = manifest.universe.unit
    reviewed = looked_at.filter(pl.col("error_count").is_not_null())
    wrong_count = reviewed.filter(pl.col("error_count") > 0).height
    verb = "is" if wrong_count == 1 else "are"
    found = (
        f"{wrong_count:,} of {counted(reviewed.height, unit)} reviewed to the end {verb} in error: "
        f"{counted(findings.height, 'finding')} in all."
    )
    left = [
        f"{count:,} {result}"
        for result, count in sorted(by_result.items())
        if result not in {"in error", "no error"}
    ]
    return Section(
        "The answer",
        facts=(
            ("Asked", manifest.objective or "No objective was recorded with the draw."),
            ("Found", found),
            ("Owed", "None recorded: 'auditlib audit estimate' estimates dollars from amounts of the units."),
            ("How sure", f"Charts without error: {rate}."),
            ("Still open", "; ".join(left) + "." if left else "Nothing."),
        ),
    )


def findings_section(findings: pl.DataFrame) -> Section:
    """Return the section of all findings."""
    return Section(
        "Findings",
        paragraphs=() if findings.height else (_NO_FINDING,),
        tables=(
            ReportTable(
                "Each finding",
                findings,
                note="Before is the code as billed, after as the review holds it right.",
                row_limit=None,
            ),
        )
        if findings.height
        else (),
    )


def units_section(units: pl.DataFrame) -> Section:
    """Return the appendix of all units in the order drawn."""
    return Section(
        "Appendix: every unit in the order drawn", tables=(ReportTable("Units", units, row_limit=None),)
    )
