"""Accuracy by month: control limits that respect charts, and the month in which it changed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import polars as pl

from auditlib.measures.rates import CONFIDENCE, chart_sums, clustered_rates
from auditlib.measures.target_rates import LEAST_CHARTS, Score
from auditlib.stats.comparison.clustered_shares import holm
from auditlib.stats.intervals.clustered_share import ClusterSums, shared_design_effect
from auditlib.stats.trends.change_point import change_point
from auditlib.stats.trends.control_charts import p_chart
from auditlib.stats.trends.run_rules import RunSignals, run_signals
from auditlib.text import percent

LEAST_MONTHS: Final = 8
SEED: Final = 2026
OUTSIDE: Final = "outside three-sigma limits"
_PARTS: Final[dict[Score, tuple[str, str]]] = {
    "codes": ("right_count", "reviewer_code_count"),
    "payment": ("paid_rightly_count", "chart_count"),
}
_UNITS: Final[dict[Score, str]] = {"codes": "codes right", "payment": "charts paid rightly"}

CHANGE_COLUMNS: Final = {
    "began": pl.Date(),
    "chart_count": pl.Int64(),
    "before_count": pl.Int64(),
    "before_total": pl.Int64(),
    "before_rate": pl.Float64(),
    "after_count": pl.Int64(),
    "after_total": pl.Int64(),
    "after_rate": pl.Float64(),
    "after_lower": pl.Float64(),
    "after_upper": pl.Float64(),
    "p_value": pl.Float64(),
    "adjusted_p_value": pl.Float64(),
    "is_change": pl.Boolean(),
    "sentence": pl.String(),
}


def changes(
    counts: pl.DataFrame, *, by: str = "coder_id", score: Score = "codes", confidence: float = CONFIDENCE
) -> pl.DataFrame:
    """Return for each coder whether and since which month the accuracy changed.

    Parameters
    ----------
    counts
        One row per chart, from `auditlib.measures.target_rates.chart_counts`; charts without a month are left
        out.
    by
        Column whose values are tested one by one.
    score
        codes or payment.
    confidence
        The chance of no false alarm among all values tested, where nothing changed.

    Returns
    -------
    polars.DataFrame
        ``by`` and `CHANGE_COLUMNS`, the smallest p-value first. ``began`` is the first month after the
        largest difference, whether or not it is a change; ``sentence`` says what is shown.

    Notes
    -----
    The test is `auditlib.stats.trends.change_point.change_point`, which permutes whole charts, corrected
    for the number of values by Holm's rule. Values with fewer than `LEAST_CHARTS` charts are not tested:
    their p-value is null. Charts count alike.
    """
    part, whole = _PARTS[score]
    dated = counts.filter(pl.col("month").is_not_null() & (pl.col(whole) > 0))
    groups = dated.sort(by, "month", "encounter_id").partition_by(by, as_dict=True, maintain_order=True)
    rows: list[dict[str, object]] = []
    for (value,), charts in groups.items():
        if charts.height < LEAST_CHARTS:
            sentence = _too_few(str(value), charts, score)
            rows.append({by: value, "chart_count": charts.height, "sentence": sentence})
            continue
        months = charts["month"].dt.year() * 12 + charts["month"].dt.month()
        point = change_point(charts[part].to_list(), charts[whole].to_list(), months.to_list(), seed=SEED)
        first = point.first_period
        began = None if first is None else dt.date((first - 1) // 12, (first - 1) % 12 + 1, 1)
        rows.append({by: value, "p_value": point.p_value, **_sides(charts, began, part, whole, confidence)})
    tested = [row for row in rows if row.get("p_value") is not None]
    adjusted = holm([float(str(row["p_value"])) for row in tested])
    for row, value in zip(tested, adjusted, strict=True):
        row["adjusted_p_value"] = value
        row["is_change"] = value <= 1 - confidence and row["began"] is not None
        row["sentence"] = _sentence(str(row[by]), row, score)
    frame = pl.DataFrame(rows, schema={by: counts.schema[by], **CHANGE_COLUMNS})
    return frame.sort("p_value", by, nulls_last=True)


def _sides(
    charts: pl.DataFrame, began: dt.date | None, part: str, whole: str, confidence: float
) -> dict[str, object]:
    side = pl.lit(value=False) if began is None else pl.col("month") < began
    after = _rate(charts.filter(~side), part, whole, confidence)
    before = _rate(charts.filter(side), part, whole, confidence)
    return {
        "began": began,
        "chart_count": charts.height,
        "before_count": before["numerator_count"],
        "before_total": before["denominator_count"],
        "before_rate": before["rate"],
        "after_count": after["numerator_count"],
        "after_total": after["denominator_count"],
        "after_rate": after["rate"],
        "after_lower": after["lower"],
        "after_upper": after["upper"],
    }


def _rate(charts: pl.DataFrame, part: str, whole: str, confidence: float) -> dict[str, object]:
    rates = clustered_rates(
        charts, "", by=(), numerator=part, denominator=whole, empty="no chart", confidence=confidence
    )
    return rates.row(0, named=True)


def _sentence(name: str, row: dict[str, object], score: Score) -> str:
    began = row["began"]
    after, before = _share(row["after_rate"]), _share(row["before_rate"])
    limits = f"{_share(row['after_lower'])} to {_share(row['after_upper'])}"
    if row["is_change"] and isinstance(began, dt.date):
        return f"{name}: {after} {_UNITS[score]} since {began:%B %Y} ({limits}), {before} before."
    both = int(str(row["before_count"])) + int(str(row["after_count"]))
    total = int(str(row["before_total"])) + int(str(row["after_total"]))
    return f"{name}: {percent(both / total)} {_UNITS[score]} ({both:,} of {total:,}), no change shown."


def _too_few(name: str, charts: pl.DataFrame, score: Score) -> str:
    return f"{name}: {charts.height} charts, too few (under {LEAST_CHARTS}) for a change of {_UNITS[score]}."


def _share(value: object) -> str:
    return percent(value if isinstance(value, float) else None)


@dataclass(frozen=True, slots=True)
class MonthChart:
    """A control chart of months.

    Parameters
    ----------
    months
        One row per month with a chart: month, right_count, code_count (of charts paid rightly: charts),
        chart_count, rate, is_complete, centre, lower, upper (null without limits), is_outside, and signal, in
        words.
    design_effect
        By how much the limits' variance exceeds that of independent codes.
    runs
        Anhoej's rules over the complete months; None without limits.
    baseline_until
        First month that is not part of centre and limits, where a change was shown; None where all complete
        months are.
    """

    months: pl.DataFrame
    design_effect: float
    runs: RunSignals | None
    baseline_until: dt.date | None

    @property
    def has_limits(self) -> bool:
        """Whether there are enough complete months for limits."""
        return self.runs is not None

    @property
    def sentence(self) -> str:
        """What the rules of the chart say, in words."""
        complete = self.months.filter("is_complete").height
        if self.runs is None:
            return f"{complete} complete months: limits from {LEAST_MONTHS} months on."
        outside = self.months.filter("is_outside")["month"].to_list()
        named = ", ".join(f"{month:%b %Y}" for month in outside)
        found = f"Outside the limits: {named}." if outside else "No month is outside the limits."
        if self.baseline_until is not None:
            return f"{found} Centre and limits are those of the months before {self.baseline_until:%B %Y}."
        if self.runs.longest_run > self.runs.longest_allowed:
            found += f" {self.runs.longest_run} months in a row are on one side of the centre."
        elif self.runs.is_signal:
            found += " The months cross the centre too rarely for chance alone."
        return found


def month_chart(
    counts: pl.DataFrame,
    *,
    score: Score = "codes",
    as_of: dt.date,
    began: dt.date | None = None,
) -> MonthChart:
    """Return the months of some charts with limits that vary with their codes and respect charts.

    Parameters
    ----------
    counts
        One row per chart, from `auditlib.measures.target_rates.chart_counts`.
    score
        codes or payment.
    as_of
        The day of the answer: a month that is not over by then is not complete, and no part of the limits.
    began
        First month of a change that was shown, as by `changes`: centre and limits are then of the months
        before. None for limits of all complete months.

    Notes
    -----
    A p chart (`auditlib.stats.trends.control_charts.p_chart`) whose variance is that of charts as clusters,
    by the design effect of the charts of all months together, each about its own month's share. A month's
    limits are those of its own number of codes. Anhoej's rules for runs and crossings are `run_signals`.
    False alarms by simulation: ``tests/reference/accuracy_trend.md``.
    """
    part, whole = _PARTS[score]
    dated = counts.filter(pl.col("month").is_not_null() & (pl.col(whole) > 0))
    sums = chart_sums(dated, by=("month",), numerator=part, denominator=whole)
    ends = pl.col("month").dt.month_end() < as_of
    months = sums.select(
        "month",
        right_count=pl.col("numerator_count"),
        code_count=pl.col("denominator_count"),
        chart_count=pl.col("cluster_count"),
        rate=pl.col("numerator_count") / pl.col("denominator_count"),
        is_complete=ends,
    )
    in_limits = ends if began is None else ends & (pl.col("month") < began)
    chosen = sums.filter(in_limits)
    limits = {name: pl.lit(None, pl.Float64) for name in ("centre", "lower", "upper")}
    if sums.filter(ends).height < LEAST_MONTHS or chosen.is_empty():
        plain = months.with_columns(**limits, is_outside=pl.lit(value=False), signal=pl.lit(None, pl.String))
        return MonthChart(plain, 1.0, None, None)
    groups = [
        ClusterSums(**{name: row[name] for name in ClusterSums.__slots__})
        for row in chosen.iter_rows(named=True)
    ]
    effect = shared_design_effect(groups)
    excluded = [place for place, inside in enumerate(sums.select(in_limits).to_series()) if not inside]
    chart = p_chart(
        months["right_count"].to_list(),
        months["code_count"].to_list(),
        excluded=excluded,
        design_effect=effect,
    )
    charted = months.with_columns(
        centre=pl.lit(chart.centre),
        lower=pl.Series(chart.lower),
        upper=pl.Series(chart.upper),
        is_outside=pl.Series(chart.is_signal) & pl.col("is_complete"),
    ).with_columns(signal=pl.when("is_outside").then(pl.lit(OUTSIDE)))
    complete: Sequence[float] = months.filter("is_complete")["rate"].to_list()
    return MonthChart(charted, effect, run_signals(complete, chart.centre), began)
