"""Which kind of error a coder makes more often than all others together."""

from __future__ import annotations

from typing import Final

import polars as pl

from auditlib.measures.judged_codes import JudgedCodes
from auditlib.measures.rates import CONFIDENCE, chart_sums, groups_to_compare
from auditlib.stats.comparison.clustered_shares import LEAST_CLUSTERS, difference_test, holm

_MINE: Final = "coder"
_REST: Final = "rest"
_SCHEMA: Final = {
    "coder_id": pl.String(),
    "error_kind": pl.String(),
    "kind_count": pl.Int64(),
    "error_count": pl.Int64(),
    "adjusted_p_value": pl.Float64(),
    "kind_stands_out": pl.Boolean(),
}


def standing_out_errors(judged: JudgedCodes, *, confidence: float = CONFIDENCE) -> pl.DataFrame:
    """Return the kind of error by which each coder stands out most from all others together.

    Parameters
    ----------
    judged
        From `auditlib.measures.judged_codes.judged_codes`.
    confidence
        The chance of no false alarm among all coders and kinds.

    Returns
    -------
    polars.DataFrame
        One row a coder with an error: coder_id, error_kind (that with the smallest p-value, or the most
        frequent where none can be tested), kind_count, error_count (the coder's errors of all kinds),
        adjusted_p_value (null where it cannot be tested) and kind_stands_out, which is true where the coder
        makes it more often, by judged codes, and chance does not explain it.

    Notes
    -----
    The test is `auditlib.stats.comparison.clustered_shares.difference_test` on errors of the kind over judged
    codes, with charts as the independent units, corrected for the number of coders and kinds (Holm).
    """
    errors = judged.codes.filter(~pl.col("is_right"))
    if errors.is_empty():
        return pl.DataFrame(schema=_SCHEMA)
    counts = errors.group_by("coder_id", "error_kind").agg(kind_count=pl.len().cast(pl.Int64))
    counts = counts.sort("coder_id", "kind_count", "error_kind", descending=[False, True, False])
    by_chart = judged.codes.group_by("coder_id", "encounter_id").agg(code_count=pl.len().cast(pl.Int64))
    of_kind = errors.group_by("encounter_id", "error_kind").agg(kind_count=pl.len().cast(pl.Int64))
    p_values: list[float | None] = []
    is_more: list[bool] = []
    for coder, kind, _ in counts.iter_rows():
        p_value, more = _compared(by_chart, of_kind.filter(error_kind=kind), str(coder))
        p_values.append(p_value)
        is_more.append(more)
    tested = [value for value in p_values if value is not None]
    adjusted = iter(holm(tested))
    corrected = [None if value is None else next(adjusted) for value in p_values]
    stands_out = [
        more and value is not None and value <= 1 - confidence
        for more, value in zip(is_more, corrected, strict=True)
    ]
    return (
        counts.with_columns(
            error_count=pl.col("kind_count").sum().over("coder_id"),
            adjusted_p_value=pl.Series(corrected, dtype=pl.Float64),
            kind_stands_out=pl.Series(stands_out, dtype=pl.Boolean),
        )
        .sort(
            "coder_id", "kind_stands_out", "adjusted_p_value", "kind_count", "error_kind",
            descending=[False, True, False, True, False], nulls_last=True,
        )
        .unique("coder_id", keep="first", maintain_order=True)
        .match_to_schema(_SCHEMA)
    )  # fmt: skip


def _compared(by_chart: pl.DataFrame, of_kind: pl.DataFrame, coder: str) -> tuple[float | None, bool]:
    """Return the p-value of a coder against the rest, None with too few charts, and whether it is more."""
    side = pl.when(pl.col("coder_id") == coder).then(pl.lit(_MINE)).otherwise(pl.lit(_REST))
    charts = by_chart.join(of_kind, on="encounter_id", how="left").select(
        pl.col("kind_count").fill_null(0), "code_count", side=side
    )
    groups = groups_to_compare(
        chart_sums(charts, by=("side",), numerator="kind_count", denominator="code_count"), "side"
    )
    if set(groups) != {_MINE, _REST} or min(one.cluster_count for one in groups.values()) < LEAST_CLUSTERS:
        return None, False
    p_value, _ = difference_test(groups[_MINE], groups[_REST])
    return p_value, groups[_MINE].share > groups[_REST].share
