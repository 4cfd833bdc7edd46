"""Which error kinds of a person are more frequent than among all others: tested over charts."""

from __future__ import annotations

from typing import Final

import polars as pl

from auditlib.measures.compared_with_rest import rest_tests
from auditlib.measures.rates import CONFIDENCE, chart_sums, groups_to_compare

LEAST_ERRORS: Final = 3
"""Errors of a kind that a person must have before the kind can stand out."""

_SEED: Final = 2026

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
        the others' errors of the kind a code, p-value of this test alone, p-value corrected for every kind of
        every person, and ``stands_out``: at least `LEAST_ERRORS` errors, and more frequent than among the
        others. Nulls where a person cannot be compared.

    Notes
    -----
    The corrected p-value is that of the largest excess of any kind of any person, with whole charts permuted
    among the persons (`auditlib.stats.comparison.permuted_excess.excess_p_values`): kinds are rare, and
    errors of a chart are often of one kind, so that a correction of single tests would raise too many alarms.
    Simulated false alarms: ``tests/reference/accuracy_trend.md``.
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
    corrected = _corrected(charts, counted, denominator)
    rows = []
    for name, kind, count, total in kinds.iter_rows():
        rate, rest_rate, p_value = results.get((name, kind), (None, None, None))
        adjusted = corrected[name, kind] if (name, kind) in results else None
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


def _corrected(charts: pl.DataFrame, errors: pl.DataFrame, denominator: str) -> dict[tuple[str, str], float]:
    """Return the corrected p-value of every person and kind that has an error."""
    from auditlib.stats.comparison.permuted_excess import excess_p_values  # noqa: PLC0415 - numpy is slow

    if errors.is_empty():
        return {}
    held = charts.filter(pl.col("person").is_not_null() & (pl.col(denominator) > 0)).sort("encounter_id")
    persons, kinds = (frame.unique().sort() for frame in (held["person"], errors["error_kind"]))
    counts = held.select("encounter_id").join(
        errors.group_by("encounter_id").agg(
            (pl.col("error_kind") == kind).sum().alias(kind) for kind in kinds
        ),
        on="encounter_id",
        how="left",
        maintain_order="left",
    )
    p_values = excess_p_values(
        held["person"].replace_strict(persons, pl.int_range(persons.len(), eager=True)).to_list(),
        counts.drop("encounter_id").fill_null(0).to_numpy(),
        held[denominator].to_list(),
        seed=_SEED,
        least_count=LEAST_ERRORS,
    )
    return {
        (person, kind): float(p_values[row, column])
        for row, person in enumerate(persons)
        for column, kind in enumerate(kinds)
    }
