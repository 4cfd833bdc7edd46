"""The scores of an audit, its coders and its charts before and after the rebuttals that were decided."""

from __future__ import annotations

from typing import Final

import polars as pl

from auditlib.measures.accuracy import (
    CODE_OVER_CODE,
    chart_accuracy,
    code_accuracy,
    record_accuracy,
    with_code_counts,
)
from auditlib.measures.rates import CONFIDENCE
from auditlib.measures.stay_accuracy import STAY_MEASURES, stay_accuracy
from auditlib.review import NO_RECORD, FinalVerdicts
from auditlib.warehouse import Warehouse

_COUNTS: Final = ("numerator_count", "denominator_count", "rate", "lower", "upper")
SCORE_COLUMNS: Final = {
    "score_of": pl.String(),
    "name": pl.String(),
    "measure": pl.String(),
    **{
        f"{side}_{name}": pl.Int64() if name.endswith("_count") else pl.Float64()
        for side in ("before", "after")
        for name in _COUNTS
    },
}
"""Columns of `rebuttal_scores`."""


def rebuttal_scores(
    warehouse: Warehouse,
    before: FinalVerdicts,
    after: FinalVerdicts,
    *,
    stays: tuple[pl.DataFrame, pl.DataFrame],
    weights: pl.DataFrame | None = None,
    stay_weights: pl.DataFrame | None = None,
    confidence: float = CONFIDENCE,
) -> pl.DataFrame:
    """Return code over code, charts without error and right stays, before and after the rebuttals decided.

    Parameters
    ----------
    warehouse
        Whose encounters say who coded each chart.
    before, after
        The final verdicts without rebuttals, and with them.
    stays
        The verdicts on facts of stays that count, without rebuttals, and with them.
    weights, stay_weights
        As for `auditlib.measures.accuracy.code_accuracy` and `auditlib.measures.stay_accuracy.stay_accuracy`.
    confidence
        Two-sided level of the intervals of rates of the audit and of coders.

    Returns
    -------
    polars.DataFrame
        The columns of `SCORE_COLUMNS`: ``score_of`` is audit, coder or chart; a chart has code over code, and
        a row only where a decision changed its verdicts. Facts of stays have rows where they were judged.
    """
    sides = []
    for final, judged_stays in zip((before, after), stays, strict=True):
        rates = [
            measure(warehouse, final.verdicts, charts, by=by, weights=weights, confidence=confidence)
            .filter(pl.col("measure").is_in([CODE_OVER_CODE]) | pl.lit(measure is record_accuracy))
            .select(
                "measure",
                *_COUNTS,
                score_of=pl.lit("coder" if by else "audit"),
                name=pl.col("coder_id") if by else pl.lit("all", pl.String),
            )
            for by in ((), ("coder_id",))
            for measure, charts in ((code_accuracy, final.charts), (record_accuracy, final.whole_charts))
        ]
        rates += [
            stay_accuracy(warehouse, judged_stays, by=by, weights=stay_weights, confidence=confidence)
            .filter(pl.col("denominator_count") > 0)
            .select(
                "measure",
                *_COUNTS,
                score_of=pl.lit("coder" if by else "audit"),
                name=pl.col("coder_id") if by else pl.lit("all", pl.String),
            )
            for by in ((), ("coder_id",))
        ]
        sides.append(pl.concat([*rates, _charts(warehouse, final), _stays(judged_stays)]))
    key = ["score_of", "name", "measure"]
    first, second = (
        side.rename({name: f"{prefix}_{name}" for name in _COUNTS})
        for side, prefix in zip(sides, ("before", "after"), strict=True)
    )
    scores = first.join(second, on=key, how="inner", maintain_order="left")
    is_changed = pl.any_horizontal(
        pl.col(f"before_{name}").ne_missing(pl.col(f"after_{name}")) for name in _COUNTS[:2]
    )
    return scores.filter((pl.col("score_of") != "chart") | is_changed).select(
        pl.col(name).cast(kind) for name, kind in SCORE_COLUMNS.items()
    )


def _charts(warehouse: Warehouse, final: FinalVerdicts) -> pl.DataFrame:
    charts = with_code_counts(chart_accuracy(warehouse, final.verdicts, final.charts))
    part, whole = pl.col("agree_count"), pl.col("reviewer_code_count")
    return charts.select(
        pl.lit(CODE_OVER_CODE).alias("measure"),
        part.alias("numerator_count"),
        whole.alias("denominator_count"),
        pl.when(whole > 0).then(part / whole).alias("rate"),
        pl.lit(None, pl.Float64).alias("lower"),
        pl.lit(None, pl.Float64).alias("upper"),
        pl.lit("chart").alias("score_of"),
        pl.col("encounter_id").alias("name"),
    )


def _stays(verdicts: pl.DataFrame) -> pl.DataFrame:
    """Return each judged fact of a stay as the score of its chart: one right of one, or none."""
    return verdicts.select(
        pl.col("code_system").replace_strict(dict(STAY_MEASURES)).alias("measure"),
        (pl.col("action") == "agree").cast(pl.Int64).alias("numerator_count"),
        pl.lit(1, pl.Int64).alias("denominator_count"),
        (pl.col("action") == "agree").cast(pl.Float64).alias("rate"),
        pl.lit(None, pl.Float64).alias("lower"),
        pl.lit(None, pl.Float64).alias("upper"),
        pl.lit("chart").alias("score_of"),
        pl.col("encounter_id").alias("name"),
    )


def chart_score(verdicts: pl.DataFrame) -> tuple[int, int]:
    """Return the codes that are right, and those in the reviewer's list, of one chart's final verdicts."""
    actions = verdicts["action"]
    right = int((actions == "agree").sum())
    return right, right + int(actions.is_in(["change", "add", NO_RECORD]).sum())


def score_if_upheld(score: tuple[int, int], action: str, becomes: str | None) -> tuple[int, int]:
    """Return the score of a chart if a dispute is upheld.

    Parameters
    ----------
    score
        Codes right and codes in the reviewer's list, from `chart_score`.
    action
        What was found: change, delete or add.
    becomes
        The action that then counts: agree for the code as billed; None where an added code does not count.
    """
    right, listed = score
    return right + (becomes == "agree"), listed - (action != "delete") + (
        becomes in {"agree", "change", "add"}
    )
