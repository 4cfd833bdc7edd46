"""Which error kinds of a person are more frequent than among all others: tested over charts."""

from __future__ import annotations

from typing import Final

import polars as pl

from auditlib.measures.compared_with_rest import rest_tests
from auditlib.measures.rates import CONFIDENCE, chart_sums, groups_to_compare
from auditlib.stats.comparison.clustered_shares import holm

LEAST_ERRORS: Final = 3
"""Errors of a kind that a person must have before the kind can stand out."""

_KIND_SCHEMA: Final = {
    "person": pl.String(),
    "error_kind": pl.String(),
    "error_count": pl.Int64(),
    "all_error_count": pl.Int64(),
    **dict.fromkeys(("rate", "rest_rate", "p_value", "adjusted_p_value"), pl.Float64()),
    "stands_out": pl.Boolean(),
}


def kinds_that_stand_out(
    charts: pl.DataFrame,
    errors: pl.DataFrame,
    *,
    denominator: str,
    confidence: float = CONFIDENCE,
) -> pl.DataFrame:
    """Return the error kinds of each person, with those that are more frequent than among all others.

    Parameters
    ----------
    charts
        One row a chart with ``encounter_id``, ``person`` and ``denominator``.
    errors
        One row an error with ``encounter_id`` and ``error_kind``.
    denominator
        Column of the codes of a chart, of which errors of a kind are a part.
    confidence
        The chance of no false alarm among all kinds and persons tested.

    Returns
    -------
    polars.DataFrame
        One row for each person and kind that the person has, most frequent first: counts, the person's and
        the others' errors of the kind a code, p-value, p-value corrected for every kind of every person
        (Holm), and ``stands_out``: at least `LEAST_ERRORS` errors, and more frequent than among the others.
        Nulls where a person cannot be compared.
    """
    owners = charts.select("encounter_id", "person")
    counted = errors.select("encounter_id", "error_kind").join(owners, on="encounter_id", how="inner")
    kinds = (
        counted.group_by("person", "error_kind")
        .agg(error_count=pl.len().cast(pl.Int64))
        .with_columns(all_error_count=pl.col("error_count").sum().over("person"))
        .sort("person", -pl.col("error_count"), "error_kind")
    )
    results: dict[tuple[str, str], tuple[float, float, float]] = {}
    for kind in counted["error_kind"].unique().sort():
        of_kind = counted.filter(error_kind=kind).group_by("encounter_id").agg(kind_count=pl.len())
        with_kind = charts.join(of_kind, on="encounter_id", how="left").with_columns(
            pl.col("kind_count").fill_null(0)
        )
        sums = chart_sums(with_kind, by=("person",), numerator="kind_count", denominator=denominator)
        groups = groups_to_compare(sums, "person")
        results |= {
            (name, kind): (groups[name].share, rest.share, p_value)
            for name, (p_value, rest) in rest_tests(groups).items()
        }
    corrected = dict(zip(results, holm([p_value for _, _, p_value in results.values()]), strict=True))
    rows = []
    for name, kind, count, total in kinds.iter_rows():
        rate, rest_rate, p_value = results.get((name, kind), (None, None, None))
        adjusted = corrected.get((name, kind))
        stands_out = (
            rate is not None
            and rest_rate is not None
            and adjusted is not None
            and count >= LEAST_ERRORS
            and adjusted <= 1 - confidence
            and rate > rest_rate
        )
        rows.append((name, kind, count, total, rate, rest_rate, p_value, adjusted, stands_out))
    return pl.DataFrame(rows, schema=_KIND_SCHEMA, orient="row")
