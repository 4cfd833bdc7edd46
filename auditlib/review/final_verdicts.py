"""The final verdicts of an audit: what all who completed a chart agree on, and no side where they differ."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

_NAMED = 3
_CHART = ("audit", "encounter_id")
_REVIEW = (*_CHART, "reviewer")
# What a verdict makes of the codes; kind, cause and comment are the reviewer's words about it.
_RESULT = (
    "action",
    "code_number",
    "corrected_code_system",
    "corrected_code",
    "corrected_code_role",
    "corrected_poa_indicator",
    "corrected_modifiers",
    "corrected_unit_count",
)


@dataclass(frozen=True, slots=True)
class FinalVerdicts:
    """The verdicts that count, one review for each chart.

    Parameters
    ----------
    verdicts
        Rows of `auditlib.review.verdict_frame` of the reviews that count.
    charts
        Rows of `auditlib.review.chart_frame`, one for each chart that is adjudicated.
    not_adjudicated
        ``audit``, ``encounter_id`` and ``reviewers`` of the charts whose completed reviews differ.
    """

    verdicts: pl.DataFrame
    charts: pl.DataFrame
    not_adjudicated: pl.DataFrame

    @property
    def note(self) -> str:
        """A sentence about the charts that are not adjudicated; empty where there are none."""
        count = self.not_adjudicated.height
        if not count:
            return ""
        named = ", ".join(self.not_adjudicated["encounter_id"].head(_NAMED)) + (
            ", ..." if count > _NAMED else ""
        )
        if count == 1:
            return f"1 chart is not adjudicated and does not count: reviewers differ on its codes ({named})."
        return (
            f"{count:,} charts are not adjudicated and do not count: "
            f"reviewers differ on their codes ({named})."
        )


def final_verdicts(verdicts: pl.DataFrame, charts: pl.DataFrame) -> FinalVerdicts:
    """Return the reviews that count: the only one of a chart, or the latest of several that agree.

    Parameters
    ----------
    verdicts
        Frame of `auditlib.review.verdict_frame`.
    charts
        Frame of `auditlib.review.chart_frame`: only completed reviews count.

    Returns
    -------
    FinalVerdicts
        Two reviews agree if they leave the same codes, with role, present on admission, modifiers and units,
        in each place of the coder's list.
    """
    changes = verdicts.filter(pl.col("action") != "agree").with_columns(
        change=pl.concat_str([pl.col(name).cast(pl.String).fill_null("") for name in _RESULT], separator="|")
    )
    results = changes.group_by(_REVIEW).agg(pl.col("change").sort().str.join("\n").alias("result"))
    reviews = charts.join(results, on=_REVIEW, how="left").with_columns(pl.col("result").fill_null(""))
    by_chart = reviews.group_by(_CHART).agg(
        result_count=pl.col("result").n_unique(), reviewers=pl.col("reviewer").sort().str.join(", ")
    )
    differing = by_chart.filter(pl.col("result_count") > 1)
    counted = (
        charts.join(differing, on=_CHART, how="anti")
        .sort("completed_at", "reviewer")
        .unique(_CHART, keep="last", maintain_order=True)
        .sort("audit", "reviewer", "encounter_id")
    )
    return FinalVerdicts(
        verdicts.join(counted, on=_REVIEW, how="semi"),
        counted,
        differing.select(*_CHART, "reviewers").sort(_CHART),
    )
