"""What a review found, chart by chart: the answer, each finding, and every unit in the order drawn."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

import polars as pl

from auditlib.audits.spares import SpareUse
from auditlib.report.contents import ReportTable, Section
from auditlib.review import FinalVerdicts
from auditlib.sampling import Manifest
from auditlib.stats.estimators.missing_records import MissingRecordRule
from auditlib.text import counted

_NO_FINDING: Final = "Every code of every chart that was reviewed to the end was agreed with."
_IN_ERROR: Final = "in error"
_NO_ERROR: Final = "no error"
_MISSING: Final = "record missing"
_NO_SUPPORT: Final = "with codes excluded for lack of support"
_OUTSIDE: Final = "outside the universe"
_OPEN: Final = ("not adjudicated", "not said whether the record was seen", "not reviewed to the end")
_COUNTED: Final = (_IN_ERROR, _NO_ERROR, _MISSING)
_REBUTTAL: Final = "none recorded"
_OWED: Final = (
    "Not estimated in this report, which does not mean that nothing is owed: 'auditlib audit estimate' "
    "estimates dollars from the amounts of the units."
)
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
        The columns of `UNIT_COLUMNS`: ``result`` is no error, in error, record missing, codes without support
        (where these are excluded), outside the universe, not adjudicated, not said whether the record was
        seen, not reviewed to the end, or spare not used. A sampled code has its own result, any other unit
        that of its chart. ``error_count`` is null where the unit does not count.
    """
    units = pl.DataFrame(
        [
            (number, unit.unit_id, unit.stratum, unit.role, chart_of_unit.get(unit.unit_id))
            for number, unit in enumerate(manifest.selected, 1)
        ],
        schema={name: UNIT_COLUMNS[name] for name in list(UNIT_COLUMNS)[:5]},
        orient="row",
    )
    wrong = final.verdicts.filter(pl.col("action") != "agree")
    uncounted = final.uncounted_codes
    if manifest.universe.unit == "code":
        # A code's id is its chart and its place there; an added code is at no place.
        place = pl.format("{}-{}", "encounter_id", "code_number")
        key, wrong_ids = "unit_id", wrong.drop_nulls("code_number").select(unit_id=place)
        uncounted_ids = uncounted.drop_nulls("code_number").select(unit_id=place)
    else:
        key, wrong_ids = "encounter_id", wrong.select("encounter_id")
        uncounted_ids = uncounted.select("encounter_id")
    errors = wrong_ids.group_by(key).agg(error_count=pl.len().cast(pl.Int64))
    charts = final.charts.select("encounter_id", "reviewer", "completed_at").unique("encounter_id")
    joined = units.join(charts, on="encounter_id", how="left", maintain_order="left").join(
        errors, on=key, how="left", maintain_order="left"
    )
    is_reviewed = pl.col("reviewer").is_not_null()
    used = {use.unit_in for use in uses}
    result = (
        pl.when(pl.col("unit_id").is_in([use.unit_out for use in uses]))
        .then(pl.lit(_OUTSIDE))
        .when((pl.col("role") == "spare") & ~pl.col("unit_id").is_in(list(used)))
        .then(pl.lit("spare not used"))
        .when(pl.col("encounter_id").is_in(final.not_adjudicated["encounter_id"].implode()))
        .then(pl.lit("not adjudicated"))
        .when(pl.col("encounter_id").is_in(final.not_stated["encounter_id"].implode()))
        .then(pl.lit("not said whether the record was seen"))
        .when(pl.col("encounter_id").is_in(list(final.missing_charts)))
        .then(pl.lit(_MISSING))
        .when(~is_reviewed)
        .then(pl.lit("not reviewed to the end"))
        .when(pl.col(key).is_in(uncounted_ids[key].implode()))
        .then(pl.lit(_NO_SUPPORT))
        .when(pl.col("error_count") > 0)
        .then(pl.lit(_IN_ERROR))
        .otherwise(pl.lit(_NO_ERROR))
    )
    return joined.with_columns(
        result=result,
        error_count=pl.when(is_reviewed & result.is_in(_COUNTED)).then(pl.col("error_count").fill_null(0)),
    ).select(pl.col(name).cast(dtype) for name, dtype in UNIT_COLUMNS.items())


def answer(
    manifest: Manifest,
    findings: pl.DataFrame,
    units: pl.DataFrame,
    *,
    rate: str,
    rate_note: str,
    missing_rule: MissingRecordRule,
) -> Section:
    """Return the section that the report opens with: asked, found, owed, how sure, still open.

    Parameters
    ----------
    manifest
        Of the sample.
    findings, units
        From `finding_list` and `unit_results`.
    rate
        The share of charts without error with its interval, in words.
    rate_note
        How the charts behind that share are weighted; empty where they count alike.
    missing_rule
        How a missing record counts.
    """
    looked_at = units.filter(pl.col("result") != "spare not used")
    by_result = dict(looked_at.group_by("result").len().sort("result").iter_rows())
    is_missing_open = missing_rule == "not-reviewed"
    open_results = (*_OPEN, _MISSING) if is_missing_open else _OPEN
    left_out = (_OUTSIDE, _NO_SUPPORT, *((_MISSING,) if missing_rule == "excluded" else ()))
    waiting, excluded = _counts(by_result, open_results), _counts(by_result, left_out)
    sure = [f"Charts without error: {rate}.", rate_note]
    if waiting:
        sure.append("What is still open may change this.")
    return Section(
        "The answer",
        facts=(
            ("Asked", manifest.objective or "No objective was recorded with the draw."),
            ("Found", _found(manifest.universe.unit, findings, looked_at)),
            *((("Not counted", f"{'; '.join(excluded)}."),) if excluded else ()),
            ("Owed", _OWED),
            ("How sure", " ".join(filter(None, sure))),
            ("Still open", f"{'; '.join(waiting)}." if waiting else "Nothing."),
        ),
    )


def _counts(by_result: Mapping[str, int], results: Sequence[str]) -> list[str]:
    return [f"{count:,} {result}" for result, count in by_result.items() if result in results]


def _found(unit: str, findings: pl.DataFrame, looked_at: pl.DataFrame) -> str:
    """Return how many units are in error, as an estimate counts them, and how many findings there are."""
    reviewed = looked_at.filter(pl.col("error_count").is_not_null())
    missing_count = reviewed.filter(pl.col("result") == _MISSING).height
    wrong_count = reviewed.filter(pl.col("error_count") > 0).height
    verb = "is" if wrong_count == 1 else "are"
    of_units = f"{wrong_count:,} of {counted(reviewed.height, unit)}"
    # A verdict is about a code of a chart: it does not say which service line it makes wrong.
    in_error = "in a chart in error" if unit == "line" else "in error"
    if missing_count:
        because = f", {missing_count:,} of these because the record is missing"
        found = f"{of_units} that count {verb} {in_error}{because}"
    else:
        found = f"{of_units} reviewed to the end {verb} {in_error}"
    is_counted = pl.col("encounter_id").is_in(reviewed["encounter_id"].implode())
    counted_findings = findings.filter(is_counted).height
    where = "in all" if unit == "encounter" else "in their charts"
    said = f"{found}: {counted(counted_findings, 'finding')} {where}."
    others = findings.height - counted_findings
    if others:
        said += f" {counted(others, 'further finding')} in charts that do not count."
    return said


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
