"""Does somebody differ from the rest: each one's charts tested against all others', with funnel limits."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import polars as pl

from auditlib.measures.rates import CONFIDENCE, chart_sums, groups_to_compare
from auditlib.measures.target_rates import Score
from auditlib.stats.comparison.clustered_shares import LEAST_CLUSTERS, difference_test, holm
from auditlib.stats.intervals.clustered_share import ClusterSums, clustered_interval, shared_design_effect
from auditlib.stats.trends.control_charts import funnel_limits
from auditlib.text import counted, level, percent

_PARTS: Final[dict[Score, tuple[str, str]]] = {
    "codes": ("right_count", "reviewer_code_count"),
    "payment": ("paid_rightly_count", "chart_count"),
}
_FUNNEL_LEVELS: Final = {"95": 0.95, "998": 0.998}
REST_COLUMNS: Final = {
    "numerator_count": pl.Int64(),
    "denominator_count": pl.Int64(),
    "chart_count": pl.Int64(),
    "rate": pl.Float64(),
    "lower": pl.Float64(),
    "upper": pl.Float64(),
    "rest_rate": pl.Float64(),
    "difference": pl.Float64(),
    "p_value": pl.Float64(),
    "adjusted_p_value": pl.Float64(),
    "is_different": pl.Boolean(),
    "conclusion": pl.String(),
    **{f"{side}_{name}": pl.Float64() for name in _FUNNEL_LEVELS for side in ("lower", "upper")},
}


@dataclass(frozen=True, slots=True)
class RestComparison:
    """Everybody compared with the rest.

    Parameters
    ----------
    rows
        One row a person or place, by name: the dimension's column and `REST_COLUMNS`.
    by
        The dimension's column.
    common_rate
        The rate of all together, the funnel's centre; None without any code.
    design_effect
        By how much the funnel's variance exceeds that of independent codes.
    confidence
        The chance of no false alarm among all compared.
    """

    rows: pl.DataFrame
    by: str
    common_rate: float | None
    design_effect: float
    confidence: float

    @property
    def sentence(self) -> str:
        """Who differs from the rest, in words."""
        noun = self.by.removesuffix("_id").replace("_", " ")
        tested = self.rows.filter(pl.col("p_value").is_not_null())
        left_out = self.rows.filter(pl.col("p_value").is_null())[self.by].to_list()
        left = (
            f" Not compared, with fewer than {LEAST_CLUSTERS} charts: {', '.join(left_out)}."
            if left_out
            else ""
        )
        if tested.is_empty():
            return f"No {noun} can be compared with the rest.{left}"
        different = tested.filter("is_different")
        if different.is_empty():
            return f"No {noun} of {tested.height} is shown to differ from the rest.{left}"
        named = "; ".join(
            f"{name} {percent(rate)} ({percent(lower)} to {percent(upper)}), the rest {percent(rest)}"
            for name, rate, lower, upper, rest in different.sort("p_value")
            .select(self.by, "rate", "lower", "upper", "rest_rate")
            .iter_rows()
        )
        verb = "differs" if different.height == 1 else "differ"
        return f"{counted(different.height, noun)} of {tested.height} {verb} from the rest: {named}.{left}"

    @property
    def method(self) -> str:
        """How they were compared, in words."""
        return (
            "Each is compared with all others together by a test that takes charts as independent, not "
            "codes, corrected for the number of tests (Holm): where nobody differs, it shows nobody with a "
            f"chance of at least {level(self.confidence)}. Funnel limits allow for the codes of a chart "
            "being right or wrong together. Other kinds of charts may be the reason of a difference."
        )


def compare_with_rest(
    counts: pl.DataFrame, *, by: str = "coder_id", score: Score = "codes", confidence: float = CONFIDENCE
) -> RestComparison:
    """Return whether anybody's accuracy differs from that of all others, with funnel limits.

    Parameters
    ----------
    counts
        One row per chart, from `auditlib.measures.target_rates.chart_counts`.
    by
        Column of a chart whose values are compared.
    score
        codes or payment.
    confidence
        The chance of no false alarm among all compared, where nobody differs.

    Notes
    -----
    The test is `auditlib.stats.comparison.clustered_shares.difference_test` of one against all others, with
    the design effect of all groups as the least. Funnel limits at 95 % and 99.8 % are normal about the common
    rate, widened by that design effect: `auditlib.stats.trends.control_charts.funnel_limits`. Charts count
    alike.
    """
    part, whole = _PARTS[score]
    sums = chart_sums(counts, by=(by,), numerator=part, denominator=whole)
    groups = groups_to_compare(sums, by)
    if not groups:
        return RestComparison(
            pl.DataFrame(schema={by: counts.schema[by], **REST_COLUMNS}), by, None, 1.0, confidence
        )
    effect = shared_design_effect(list(groups.values()))
    tests = rest_tests(groups)
    common = sum(group.count for group in groups.values()) / sum(group.total for group in groups.values())
    adjusted = dict(zip(tests, holm([p_value for p_value, _ in tests.values()]), strict=True))
    limits = {
        name: funnel_limits(
            [round(group.total) for group in groups.values()],
            common_share=common,
            confidence=chance,
            method="normal",
            overdispersion=effect,
        )
        for name, chance in _FUNNEL_LEVELS.items()
    }
    rows = []
    for place, (name, group) in enumerate(groups.items()):
        rest = rest_of(groups, name)
        p_value = tests[name][0] if name in tests else None
        corrected = adjusted.get(name)
        own = clustered_interval(group, confidence=confidence)
        is_different = None if corrected is None else corrected <= 1 - confidence
        rows.append(
            {
                by: name,
                "numerator_count": round(group.count),
                "denominator_count": round(group.total),
                "chart_count": group.cluster_count,
                "rate": group.share,
                "lower": own.lower,
                "upper": own.upper,
                "rest_rate": None if rest is None else rest.share,
                "difference": None if rest is None else group.share - rest.share,
                "p_value": p_value,
                "adjusted_p_value": corrected,
                "is_different": is_different,
                "conclusion": _conclusion(group, rest, is_different=is_different),
                **{f"lower_{key}": found[place].lower for key, found in limits.items()},
                **{f"upper_{key}": found[place].upper for key, found in limits.items()},
            }
        )
    frame = pl.DataFrame(rows, schema={by: counts.schema[by], **REST_COLUMNS})
    return RestComparison(frame, by, common, effect, confidence)


def rest_tests(groups: Mapping[str, ClusterSums]) -> dict[str, tuple[float, ClusterSums]]:
    """Return the p-value of each against all others together, and the sums of these.

    Parameters
    ----------
    groups
        Sums of each one's charts, by name.

    Returns
    -------
    dict
        Only those who can be compared: with at least two charts, and two among the others.
    """
    if not groups:
        return {}
    shared = shared_design_effect(list(groups.values()))
    tests = {}
    for name, own in groups.items():
        rest = rest_of(groups, name)
        if rest is not None and min(own.cluster_count, rest.cluster_count) >= LEAST_CLUSTERS:
            p_value, _ = difference_test(own, rest, least_design_effect=shared)
            tests[name] = (p_value, rest)
    return tests


def rest_of(groups: Mapping[str, ClusterSums], name: str) -> ClusterSums | None:
    """Return the sums of all groups but one, or None if there is no other."""
    others = [group for key, group in groups.items() if key != name]
    if not others:
        return None
    return ClusterSums(
        **{field: sum(getattr(group, field) for group in others) for field in ClusterSums.__slots__}
    )


def _conclusion(group: ClusterSums, rest: ClusterSums | None, *, is_different: bool | None) -> str:
    if rest is None or is_different is None:
        return "not compared"
    if not is_different:
        return "no difference shown"
    return "lower than the rest" if group.share < rest.share else "higher than the rest"
