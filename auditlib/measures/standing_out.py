"""Does one person differ from all others together: tested over charts, corrected for the number of tests."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import polars as pl

from auditlib.measures.rates import CONFIDENCE, chart_sums, groups_to_compare
from auditlib.stats.comparison.clustered_shares import LEAST_CLUSTERS, difference_test, holm
from auditlib.stats.intervals.clustered_share import ClusterSums, shared_design_effect

LEAST_ERRORS: Final = 3
"""Errors of a kind that a person must have before the kind can stand out."""

_SEED: Final = 2026

_REST_SCHEMA: Final = {
    "person": pl.String(),
    "rate": pl.Float64(),
    "rest_rate": pl.Float64(),
    "p_value": pl.Float64(),
    "adjusted_p_value": pl.Float64(),
    "is_different": pl.Boolean(),
}
_KIND_SCHEMA: Final = {
    "person": pl.String(),
    "error_kind": pl.String(),
    "error_count": pl.Int64(),
    "all_error_count": pl.Int64(),
    **{name: _REST_SCHEMA[name] for name in ("rate", "rest_rate", "p_value", "adjusted_p_value")},
    "stands_out": pl.Boolean(),
}


def compared_with_rest(
    charts: pl.DataFrame, *, numerator: str, denominator: str, confidence: float = CONFIDENCE
) -> pl.DataFrame:
    """Return whether each person's rate differs from that of all others together.

    Parameters
    ----------
    charts
        One row a chart with ``person`` and both counts.
    numerator, denominator
        Columns of whole numbers; the numerator is part of the denominator.
    confidence
        The chance of no false alarm among all persons, where none differs.

    Returns
    -------
    polars.DataFrame
        One row for each person who can be compared, with at least two charts and two among the others:
        person, rate, rest_rate, p_value, adjusted_p_value (Holm's) and is_different.

    Notes
    -----
    The test is `auditlib.stats.comparison.clustered_shares.difference_test`, with charts as the independent
    units and the design effect of all persons together as the least.
    """
    groups = _groups(charts, numerator, denominator)
    tests = _tests(groups)
    adjusted = holm([p_value for p_value, _ in tests.values()])
    return pl.DataFrame(
        [
            (name, groups[name].share, rest.share, p_value, corrected, corrected <= 1 - confidence)
            for (name, (p_value, rest)), corrected in zip(tests.items(), adjusted, strict=True)
        ],
        schema=_REST_SCHEMA,
        orient="row",
    )


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
        groups = _groups(with_kind, "kind_count", denominator)
        results |= {
            (name, kind): (groups[name].share, rest.share, p_value)
            for name, (p_value, rest) in _tests(groups).items()
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


def _groups(charts: pl.DataFrame, numerator: str, denominator: str) -> dict[str, ClusterSums]:
    sums = chart_sums(charts, by=("person",), numerator=numerator, denominator=denominator)
    return groups_to_compare(sums, "person")


def _tests(groups: Mapping[str, ClusterSums]) -> dict[str, tuple[float, ClusterSums]]:
    """Return for each person who can be compared the p-value against the others, and these together."""
    if not groups:
        return {}
    shared = shared_design_effect(list(groups.values()))
    tests = {}
    for name, own in groups.items():
        rest = _together([other for key, other in groups.items() if key != name])
        if rest is None or min(own.cluster_count, rest.cluster_count) < LEAST_CLUSTERS:
            continue
        p_value, _ = difference_test(own, rest, least_design_effect=shared)
        tests[name] = (p_value, rest)
    return tests


def _together(groups: list[ClusterSums]) -> ClusterSums | None:
    if not groups:
        return None
    return ClusterSums(
        **{name: sum(getattr(group, name) for group in groups) for name in ClusterSums.__slots__}
    )
