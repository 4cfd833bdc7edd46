"""Accuracy in an audit and in its re-audit, with intervals and a test that takes charts as independent."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import polars as pl

from auditlib.measures.accuracy import chart_accuracy, with_code_counts
from auditlib.measures.rates import CONFIDENCE, chart_sums, groups_to_compare
from auditlib.review import FinalVerdicts
from auditlib.stats.comparison.clustered_shares import LEAST_CLUSTERS, difference_test
from auditlib.stats.intervals.clustered_share import ClusterSums, clustered_interval
from auditlib.text import format_share
from auditlib.warehouse import Warehouse

METHOD: Final = (
    "The share of judged codes without error (for a cause: without an error of that cause) in the audit and "
    "in the re-audit, compared by a test that takes charts as independent, not codes. Other kinds of charts "
    "in the re-audit may change it too."
)


@dataclass(frozen=True, slots=True)
class AccuracyChange:
    """The share of judged codes without error before and after a corrective action.

    Parameters
    ----------
    before_share, after_share
        Shares; None without a code.
    before_lower, before_upper, after_lower, after_upper
        Limits of the shares; None where there are none.
    before_chart_count, after_chart_count
        Charts behind them.
    p_value
        Two-sided; None if one side has too few charts to be compared.
    is_better
        Whether the share after is larger, and chance does not explain it; None if not compared.
    conclusion
        The same in words.
    """

    before_share: float | None
    before_lower: float | None
    before_upper: float | None
    before_chart_count: int
    after_share: float | None
    after_lower: float | None
    after_upper: float | None
    after_chart_count: int
    p_value: float | None
    is_better: bool | None
    conclusion: str


def accuracy_change(
    warehouse: Warehouse,
    before: FinalVerdicts,
    after: FinalVerdicts,
    *,
    about: str,
    name: str,
    confidence: float = CONFIDENCE,
) -> AccuracyChange:
    """Return how the share of judged codes without error changed from an audit to its re-audit.

    Parameters
    ----------
    warehouse
        Whose encounters say who coded each chart.
    before, after
        The final verdicts of both.
    about, name
        Of what: ``coder`` counts that coder's charts alone; ``cause`` counts as an error only one of that
        cause; anything else counts every error of all charts.
    confidence
        Level of the intervals and of the test.

    Notes
    -----
    The interval is `auditlib.stats.intervals.clustered_share.clustered_interval`; the test is
    `auditlib.stats.comparison.clustered_shares.difference_test`. Charts are counted alike.
    """
    first, second = (_sums(warehouse, final, about, name) for final in (before, after))
    before_limits, after_limits = (_limits(side, confidence) for side in (first, second))
    is_testable = all(side is not None and side.cluster_count >= LEAST_CLUSTERS for side in (first, second))
    p_value = is_better = None
    if is_testable and first is not None and second is not None:
        p_value, _ = difference_test(second, first)
        is_better = second.share > first.share and p_value < 1 - confidence
    return AccuracyChange(
        before_share=None if first is None else first.share,
        before_lower=before_limits[0],
        before_upper=before_limits[1],
        before_chart_count=0 if first is None else first.cluster_count,
        after_share=None if second is None else second.share,
        after_lower=after_limits[0],
        after_upper=after_limits[1],
        after_chart_count=0 if second is None else second.cluster_count,
        p_value=p_value,
        is_better=is_better,
        conclusion=_conclusion(first, second, p_value, is_better=is_better),
    )


def _limits(sums: ClusterSums | None, confidence: float) -> tuple[float | None, float | None]:
    if sums is None:
        return None, None
    interval = clustered_interval(sums, confidence=confidence)
    return interval.lower, interval.upper


def _conclusion(
    first: ClusterSums | None, second: ClusterSums | None, p_value: float | None, *, is_better: bool | None
) -> str:
    if first is None or second is None:
        return "not compared: no chart is reviewed to the end"
    said = f"{format_share(first.share)} before, {format_share(second.share)} after"
    if p_value is None:
        return f"{said}; not compared: fewer than {LEAST_CLUSTERS} charts"
    return f"{said}: {'better' if is_better else 'no improvement shown'} (p {p_value:.3f})"


def _sums(warehouse: Warehouse, final: FinalVerdicts, about: str, name: str) -> ClusterSums | None:
    verdicts = final.verdicts
    if about == "cause":
        is_other = (pl.col("action") != "agree") & pl.col("cause").ne_missing(pl.lit(name))
        # An error of another cause is none here; its code stays one of those judged.
        verdicts = verdicts.with_columns(
            action=pl.when(is_other).then(pl.lit("agree")).otherwise(pl.col("action"))
        )
    charts = with_code_counts(chart_accuracy(warehouse, verdicts, final.charts)).with_columns(
        judged_code_count=pl.col("coder_code_count") + pl.col("add_count"), side=pl.lit("all")
    )
    if about == "coder":
        charts = charts.filter(coder_id=name)
    sums = chart_sums(charts, by=("side",), numerator="agree_count", denominator="judged_code_count")
    return groups_to_compare(sums, "side").get("all")
