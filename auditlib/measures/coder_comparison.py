"""Do coders differ in accuracy: every pair tested over charts, corrected for the number of pairs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import polars as pl

from auditlib.measures.accuracy import CODE_OVER_CODE, RECORD_OVER_RECORD, chart_accuracy, with_code_counts
from auditlib.measures.rates import CONFIDENCE, chart_sums, groups_to_compare
from auditlib.stats.comparison.clustered_shares import (
    LEAST_CLUSTERS,
    POWER,
    PairComparison,
    compare_pairs,
)
from auditlib.text import counted, format_share, level
from auditlib.warehouse import Warehouse

Unit = Literal["code", "record"]

# Of each unit the measure, its numerator and its denominator.
_MEASURES: dict[Unit, tuple[str, str, str]] = {
    "code": (CODE_OVER_CODE, "agree_count", "reviewer_code_count"),
    "record": (RECORD_OVER_RECORD, "clean_chart_count", "chart_count"),
}

_SCHEMA = {
    "measure": pl.String(),
    "first_coder_id": pl.String(),
    "second_coder_id": pl.String(),
    "first_rate": pl.Float64(),
    "second_rate": pl.Float64(),
    "difference": pl.Float64(),
    "p_value": pl.Float64(),
    "adjusted_p_value": pl.Float64(),
    "detectable_difference": pl.Float64(),
    "is_different": pl.Boolean(),
    "conclusion": pl.String(),
}


@dataclass(frozen=True, slots=True)
class CoderComparison:
    """Every pair of coders compared.

    Parameters
    ----------
    pairs
        One row per pair, the smallest p-value first: measure, first_coder_id, second_coder_id, their rates,
        difference, p_value, adjusted_p_value, detectable_difference, is_different and the conclusion in
        words.
    left_out
        Coders with too few charts to be compared.
    confidence
        The chance of no false alarm among all pairs.
    """

    pairs: pl.DataFrame
    left_out: tuple[str, ...]
    confidence: float

    @property
    def sentence(self) -> str:
        """What the comparison shows, in words."""
        left = (
            f" Not compared, with fewer than {LEAST_CLUSTERS} charts: {', '.join(self.left_out)}."
            if self.left_out
            else ""
        )
        if self.pairs.is_empty():
            return f"No two coders can be compared.{left}"
        count = counted(self.pairs.height, "pair")
        different = self.pairs.filter(pl.col("is_different"))
        if different.is_empty():
            detectable = self.pairs["detectable_difference"].drop_nulls().to_list()
            could = (
                f"for the best-sampled pair it could have shown one of {_points(min(detectable))}"
                if detectable
                else "it could have shown none"
            )
            return f"This audit shows no difference between coders, of {count} compared; {could}.{left}"
        named = "; ".join(
            f"{first} and {second}"
            for first, second in different.select("first_coder_id", "second_coder_id").iter_rows()
        )
        return f"Coders who differ, of {count} compared: {named}. Of all others no difference is shown.{left}"

    @property
    def method(self) -> str:
        """How the coders were compared, in words."""
        return (
            "Coders are compared by a test that takes charts as independent, not codes, and is corrected for "
            f"the number of pairs (Holm): where no two differ, it shows none with a chance of "
            f"{level(self.confidence)}. A difference that could have been shown would be so with a chance of "
            f"{level(POWER)}. Coders with other kinds of charts may differ for that reason."
        )


def compare_coders(
    warehouse: Warehouse,
    verdicts: pl.DataFrame,
    charts: pl.DataFrame,
    *,
    unit: Unit = "code",
    confidence: float = CONFIDENCE,
) -> CoderComparison:
    """Return whether coders differ in accuracy, for every pair of them.

    Parameters
    ----------
    warehouse, verdicts, charts
        As for `auditlib.measures.accuracy.chart_accuracy`.
    unit
        code for code over code, record for charts without any error.
    confidence
        The chance of no false alarm among all pairs.

    Notes
    -----
    The test is `auditlib.stats.comparison.clustered_shares.difference_test`. Charts are counted alike: a
    coder is compared by the charts reviewed.
    """
    measure, numerator, denominator = _MEASURES[unit]
    charted = with_code_counts(chart_accuracy(warehouse, verdicts, charts))
    sums = chart_sums(charted, by=("coder_id",), numerator=numerator, denominator=denominator)
    groups = groups_to_compare(sums, "coder_id")
    rows = [
        {
            "measure": measure,
            "first_coder_id": pair.first,
            "second_coder_id": pair.second,
            "first_rate": groups[pair.first].share,
            "second_rate": groups[pair.second].share,
            "difference": pair.difference,
            "p_value": pair.p_value,
            "adjusted_p_value": pair.adjusted_p_value,
            "detectable_difference": pair.detectable_difference,
            "is_different": pair.is_different,
            "conclusion": _conclusion(pair, groups[pair.first].share, groups[pair.second].share),
        }
        for pair in compare_pairs(groups, confidence=confidence)
    ]
    coders = sums["coder_id"].to_list()
    left_out = tuple(
        name for name in coders if name not in groups or groups[name].cluster_count < LEAST_CLUSTERS
    )
    return CoderComparison(pl.DataFrame(rows, schema=_SCHEMA), left_out, confidence)


def _conclusion(pair: PairComparison, first: float, second: float) -> str:
    if pair.is_different:
        return f"differ: {format_share(first)} and {format_share(second)}"
    if pair.detectable_difference is None:
        return "no difference shown: this audit could have shown none"
    return f"no difference shown: this audit could have shown one of {_points(pair.detectable_difference)}"


def _points(difference: float) -> str:
    return f"{100 * difference:.1f} points"
