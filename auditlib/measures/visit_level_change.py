"""Levels of visits by provider before and after a day, as that of a new documentation tool."""

from __future__ import annotations

import datetime as dt
from typing import Final

import polars as pl

from auditlib.measures.rates import CONFIDENCE, chart_sums, groups_to_compare
from auditlib.stats.comparison.share_difference import METHOD, difference_interval
from auditlib.stats.intervals.clustered_share import clustered_interval
from auditlib.text import counted
from auditlib.warehouse import Warehouse

HIGHEST_LEVELS: Final = "two highest levels"
_KEY: Final = ("provider_id", "visit_kind")
LEVEL_COLUMNS: Final = {
    "provider_id": pl.String(),
    "visit_kind": pl.String(),
    "level": pl.String(),
    "before_count": pl.Int64(),
    "before_visit_count": pl.Int64(),
    "before_share": pl.Float64(),
    "after_count": pl.Int64(),
    "after_visit_count": pl.Int64(),
    "after_share": pl.Float64(),
    "difference": pl.Float64(),
    "lower": pl.Float64(),
    "upper": pl.Float64(),
    "confidence": pl.Float64(),
    "interval_method": pl.String(),
}


def visit_level_change(
    warehouse: Warehouse, first_day_after: dt.date, *, confidence: float = CONFIDENCE
) -> pl.DataFrame:
    """Return the share of each level among a provider's visits of a kind, before a day and from it on.

    Parameters
    ----------
    warehouse
        Whose models are built: see `core.leveled_visit`.
    first_day_after
        First day of service of the second period.
    confidence
        Two-sided level of each interval.

    Returns
    -------
    polars.DataFrame
        One row a provider, kind of visit and level, `LEVEL_COLUMNS`: each code, and the two highest levels
        together. Shares, difference and limits are null where a period has no visit.

    Notes
    -----
    Patients are the clusters, since the visits of one are alike: limits of each share by
    `auditlib.stats.intervals.clustered_share.clustered_interval`, of the difference by
    `auditlib.stats.comparison.share_difference.difference_interval`. Each interval holds for itself: of
    twenty, one is expected to miss.
    """
    counts = warehouse.query("measures/visit_level_count", {"first_day_after": first_day_after})
    return level_changes(counts, confidence=confidence)


def level_changes(counts: pl.DataFrame, *, confidence: float = CONFIDENCE) -> pl.DataFrame:
    """Return the frame of `visit_level_change` from counts of visits by patient and code.

    Parameters
    ----------
    counts
        provider_id, visit_kind, code, level_number, highest_level_number (of the kind), patient_id, is_after
        and visit_count.
    confidence
        Two-sided level of each interval.
    """
    # Of a kind with two levels both are the highest: that says nothing.
    highest = counts.filter(
        pl.col("level_number") >= pl.col("highest_level_number") - 1, pl.col("highest_level_number") > 1
    ).with_columns(code=pl.lit(HIGHEST_LEVELS))
    patients = counts.group_by(*_KEY, "patient_id", "is_after").agg(whole=pl.col("visit_count").sum())
    levels = pl.concat([counts, highest])
    parts = levels.group_by(*_KEY, "patient_id", "is_after", level="code").agg(
        part=pl.col("visit_count").sum()
    )
    whole = (
        levels.select(*_KEY, level="code")
        .unique()
        .join(patients, on=list(_KEY))
        .join(parts, on=[*_KEY, "patient_id", "is_after", "level"], how="left")
        .with_columns(pl.col("part").fill_null(0))
    )
    group = pl.struct(*_KEY, "level", "is_after").rank("dense").cast(pl.String)
    named = whole.with_columns(group=group)
    sums = groups_to_compare(chart_sums(named, by=("group",), numerator="part", denominator="whole"), "group")
    periods = named.unique("group").select("group", *_KEY, "level", "is_after")
    found = {
        (provider, kind, level, is_after): sums[name]
        for name, provider, kind, level, is_after in periods.iter_rows()
    }
    rows = []
    for provider, kind, level in sorted({key[:3] for key in found}):
        row: dict[str, object] = {"provider_id": provider, "visit_kind": kind, "level": level}
        shares = {}
        for word, is_after in (("before", False), ("after", True)):
            own = found.get((provider, kind, level, is_after))
            row[f"{word}_count"] = 0 if own is None else round(own.count)
            row[f"{word}_visit_count"] = 0 if own is None else round(own.total)
            if own is not None:
                shares[word] = own.share, clustered_interval(own, confidence=confidence)
                row[f"{word}_share"] = own.share
        if len(shares) > 1:
            limits = difference_interval(*shares["before"], *shares["after"])
            row |= {"difference": shares["after"][0] - shares["before"][0]}
            row |= {"lower": limits.lower, "upper": limits.upper}
        rows.append({**row, "confidence": confidence, "interval_method": METHOD})
    return pl.DataFrame(rows, schema=LEVEL_COLUMNS)


def change_sentence(changes: pl.DataFrame, first_day_after: dt.date) -> str:
    """Return in words whose share of the two highest levels changed, by the intervals.

    Parameters
    ----------
    changes
        From `visit_level_change`.
    first_day_after
        First day of the second period.
    """
    compared = changes.filter(pl.col("level") == HIGHEST_LEVELS, pl.col("difference").is_not_null())
    if compared.is_empty():
        return (
            f"Nothing can be compared: no provider has visits of one kind before and from {first_day_after}."
        )
    rose = compared.filter(pl.col("lower") > 0).height
    fell = compared.filter(pl.col("upper") < 0).height
    return (
        f"Of {counted(compared.height, 'pair')} of provider and kind of visit with visits before and from "
        f"{first_day_after}, the share of the {HIGHEST_LEVELS} rose in {rose:,} and fell in "
        f"{fell:,} by more than chance explains. Other patients or other rules may be the reason."
    )
