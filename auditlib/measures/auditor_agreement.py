"""How good are the auditors: charts that two of them judged blind, code by code."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import polars as pl

from auditlib.errors import UsageError
from auditlib.measures.rates import CONFIDENCE
from auditlib.stats.agreement.agreement_interval import clustered_agreement_interval
from auditlib.stats.agreement.coefficients import cohen_kappa, gwet_ac1, ratings_of_table
from auditlib.text import counted, percent

_CHART: Final = ("audit", "encounter_id")
_PAIR: Final = (*_CHART, "first_reviewer", "second_reviewer")
_CORRECTED: Final = (
    "action",
    "corrected_code_system",
    "corrected_code",
    "corrected_code_role",
    "corrected_poa_indicator",
    "corrected_modifiers",
    "corrected_unit_count",
)
ALL: Final = "all"
AGREEMENT_COLUMNS: Final = {
    "first_reviewer": pl.String(),
    "second_reviewer": pl.String(),
    "chart_count": pl.Int64(),
    "differing_chart_count": pl.Int64(),
    "code_count": pl.Int64(),
    "same_count": pl.Int64(),
    "share": pl.Float64(),
    "ac1": pl.Float64(),
    "ac1_lower": pl.Float64(),
    "ac1_upper": pl.Float64(),
    "kappa": pl.Float64(),
    "undefined_reason": pl.String(),
}


@dataclass(frozen=True, slots=True)
class AuditorAgreement:
    """How far reviewers agree on charts that two of them judged.

    Parameters
    ----------
    pairs
        One row per pair of reviewers, and one of all pairs where there are several: `AGREEMENT_COLUMNS`.
    """

    pairs: pl.DataFrame

    @property
    def sentence(self) -> str:
        """How far the auditors agree, in words."""
        if self.pairs.is_empty():
            return "No chart was judged by two reviewers."
        row = self.pairs.row(-1, named=True)
        whom = (
            "Reviewers"
            if row["first_reviewer"] == ALL
            else f"{row['first_reviewer']} and {row['second_reviewer']}"
        )
        coefficient = ""
        if row["ac1"] is not None:
            limits = (
                "" if row["ac1_lower"] is None else f" ({row['ac1_lower']:.2f} to {row['ac1_upper']:.2f})"
            )
            coefficient = f", AC1 {row['ac1']:.2f}{limits}"
        return (
            f"{whom} judged {row['same_count']:,} of {row['code_count']:,} codes the same "
            f"({percent(row['share'])}){coefficient}, in {counted(row['chart_count'], 'chart')} that two of "
            f"them judged; they differ on {counted(row['differing_chart_count'], 'chart')}."
        )


def judged_twice(verdicts: pl.DataFrame, charts: pl.DataFrame) -> pl.DataFrame:
    """Return every code of the charts that two reviewers completed in one audit, with both verdicts.

    Parameters
    ----------
    verdicts, charts
        As for `auditor_agreement`, whose counts these rows make up.

    Returns
    -------
    polars.DataFrame
        audit, encounter_id, first_reviewer, second_reviewer, code, first_action and second_action (null where
        that reviewer did not add the code), is_first_error, is_second_error and is_same: the same verdict
        with the same corrected code.
    """
    added = pl.concat_str(
        pl.lit("+"),
        *(pl.col(name).fill_null("") for name in ("corrected_code_system", "corrected_code")),
        separator=" ",
    )
    judged = verdicts.select(
        *_CHART,
        "reviewer",
        key=pl.coalesce(pl.col("code_number").cast(pl.String), added),
        code=pl.coalesce("code", "corrected_code"),
        action="action",
        is_error=pl.col("action") != "agree",
        result=pl.concat_str(
            [pl.col(name).cast(pl.String).fill_null("") for name in _CORRECTED], separator="|"
        ),
    ).unique([*_CHART, "reviewer", "key"], keep="last", maintain_order=True)
    pairs = _reviewer_pairs(charts)
    sides = [
        pairs.join(judged, left_on=[*_CHART, side], right_on=[*_CHART, "reviewer"], how="inner")
        for side in ("first_reviewer", "second_reviewer")
    ]
    return (
        sides[0]
        .join(sides[1], on=[*_PAIR, "key"], how="full", coalesce=True, suffix="_2")
        .select(
            *_PAIR,
            code=pl.coalesce("code", "code_2"),
            first_action="action",
            second_action="action_2",
            is_first_error=pl.col("is_error").fill_null(value=False),
            is_second_error=pl.col("is_error_2").fill_null(value=False),
            is_same=(pl.col("result") == pl.col("result_2")).fill_null(value=False),
        )
        .sort(*_PAIR, "code")
    )


def _reviewer_pairs(charts: pl.DataFrame) -> pl.DataFrame:
    """Return the charts that two reviewers completed, one row a pair; none whose record was missing."""
    done = charts.filter(
        pl.col("completed_at").is_not_null()
        & ~pl.col("record_status").is_in(["missing", "partly missing"]).fill_null(value=False)
    ).select(*_CHART, "reviewer")
    return (
        done.join(done, on=_CHART, suffix="_2")
        .filter(pl.col("reviewer") < pl.col("reviewer_2"))
        .rename({"reviewer": "first_reviewer", "reviewer_2": "second_reviewer"})
    )


def auditor_agreement(
    verdicts: pl.DataFrame, charts: pl.DataFrame, *, confidence: float = CONFIDENCE
) -> AuditorAgreement:
    """Return how far reviewers agree on the charts that two of them completed in one audit.

    Parameters
    ----------
    verdicts, charts
        Frames of `auditlib.review.verdict_frame` and `auditlib.review.chart_frame`, of every reviewer.
    confidence
        Two-sided level of the limits, which take charts as independent, not codes.

    Returns
    -------
    AuditorAgreement
        Of each pair: chart_count, differing_chart_count, code_count (the coder's codes and those that either
        added), same_count (the same verdict with the same corrected code), share, and of right against error
        AC1 with limits and kappa; null with the reason where they are undefined.

    Notes
    -----
    An added code is an error to who added it, and nothing to who did not. Charts of which a reviewer said
    that the record is missing, whole or in part, are left out.

    References
    ----------
    K. L. Gwet, British Journal of Mathematical and Statistical Psychology 61 (2008), 29-48 (AC1); J. Cohen,
    Educational and Psychological Measurement 20 (1960), 37-46 (kappa).
    """
    pairs = _reviewer_pairs(charts)
    first, second = pl.col("is_first_error"), pl.col("is_second_error")
    by_chart = (
        judged_twice(verdicts, charts)
        .group_by(_PAIR)
        .agg(
            both_right=(~first & ~second).sum(),
            only_second=(~first & second).sum(),
            only_first=(first & ~second).sum(),
            both_error=(first & second).sum(),
            same_count=pl.col("is_same").sum(),
        )
    )
    # A chart without any code was judged the same by both.
    by_chart = (
        pairs.join(by_chart, on=_PAIR, how="left").with_columns(pl.exclude(_PAIR).fill_null(0)).sort(_PAIR)
    )
    groups = by_chart.partition_by("first_reviewer", "second_reviewer", maintain_order=True)
    groups.sort(key=lambda group: group.select("first_reviewer", "second_reviewer").row(0))
    rows = [
        _agreement(group, *group.select("first_reviewer", "second_reviewer").row(0), confidence=confidence)
        for group in groups
    ]
    if len(groups) > 1:
        rows.append(_agreement(by_chart, ALL, ALL, confidence=confidence))
    return AuditorAgreement(pl.DataFrame(rows, schema=AGREEMENT_COLUMNS))


def _agreement(charts: pl.DataFrame, first: str, second: str, *, confidence: float) -> dict[str, object]:
    cells = charts.select("both_right", "only_second", "only_first", "both_error")
    code_count = int(cells.sum().sum_horizontal().item())
    same = int(charts["same_count"].sum())
    row: dict[str, object] = {
        "first_reviewer": first,
        "second_reviewer": second,
        "chart_count": charts.height,
        "differing_chart_count": charts.filter(
            pl.sum_horizontal("both_right", "only_second", "only_first", "both_error") > pl.col("same_count")
        ).height,
        "code_count": code_count,
        "same_count": same,
        "share": same / code_count if code_count else None,
    }
    if not code_count:
        return {**row, "undefined_reason": "these charts hold no codes"}
    tables = [((a, b), (c, d)) for a, b, c, d in cells.iter_rows()]
    whole = cells.sum().row(0)
    table = (whole[:2], whole[2:])
    row["ac1"] = gwet_ac1(ratings_of_table(table), category_count=2).value
    try:
        limits = clustered_agreement_interval(tables, "AC1", confidence=confidence)
        row |= {"ac1_lower": limits.lower, "ac1_upper": limits.upper}
        row["kappa"] = cohen_kappa(table).value
    except UsageError as error:
        row["undefined_reason"] = error.message
    return row
