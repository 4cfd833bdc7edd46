"""Simple and stratified draws: the number of units of each stratum, and the units with the lowest tickets.

Within each stratum the units are sorted by ticket; the first are the sample, the next the spares. A unit that
is added later takes at most one place and does not change the order of the others.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import polars as pl

from auditlib.errors import BadInputError, UsageError
from auditlib.sampling.allocation import allocate_proportionally, check_stratum_counts, neyman_weights
from auditlib.sampling.dollar_strata import check_boundaries
from auditlib.sampling.frame import canonical_frame
from auditlib.sampling.other_draws import OTHER_DRAWS, ratstats_selection
from auditlib.sampling.plan import ALL_UNITS, Design, Drawn, StratumCount
from auditlib.sampling.tickets import checked_seed, lowest_tickets
from auditlib.text import counted


def draw_simple(frame: pl.DataFrame, *, seed: str, sample_count: int, spare_count: int = 0) -> Drawn:
    """Return a simple random sample: each unit of the frame has the same chance.

    Parameters
    ----------
    frame
        One row per unit with ``unit_id``; see `canonical_frame`.
    seed
        Text chosen before the frame was seen, as dice rolls.
    sample_count
        Units to review.
    spare_count
        Further units in order of their tickets, to be used only as the spare policy allows.

    Returns
    -------
    Drawn
        Selection numbers continue from sample to spares.

    Raises
    ------
    BadInputError
        If the frame is empty or its ids are null, repeated or unreadable.
    UsageError
        If the counts are not positive, or ask for more units than there are.
    """
    return draw(
        frame, Design(method="simple random", seed=seed, sample_count=sample_count, spare_count=spare_count)
    )


def draw_stratified(
    frame: pl.DataFrame,
    *,
    seed: str,
    sample_count: int | None = None,
    stratum_counts: Mapping[str, int] | None = None,
    spare_count: int = 0,
    minimum_per_stratum: int = 2,
    certainty_strata: Sequence[str] = (),
) -> Drawn:
    """Return a simple random sample of each stratum of the frame.

    Parameters
    ----------
    frame
        One row per unit with ``unit_id`` and ``stratum``; see `canonical_frame`.
    seed
        As for `draw_simple`; one seed serves all strata, since a unit is in one stratum only.
    sample_count
        Units to review over all strata, shared in proportion to the strata's units by largest remainder.
    stratum_counts
        Instead of ``sample_count``: the number of each stratum, for every stratum.
    spare_count
        Spares of each stratum, or all its remaining units if there are fewer.
    minimum_per_stratum
        Least number of each stratum under proportional allocation: two, because one unit gives no estimate of
        the spread. A stratum with fewer units is reviewed completely.
    certainty_strata
        Strata of which every unit is reviewed, as part of ``sample_count``.

    Raises
    ------
    BadInputError
        If the frame is empty, its ids are unfit, or a unit has no stratum.
    UsageError
        If the counts cannot be met, or name a stratum that the frame does not have.
    """
    if (sample_count is None) == (stratum_counts is None):
        message = "Give either sample_count, to be shared among the strata, or stratum_counts."
        raise UsageError(message)
    if stratum_counts is not None:
        if certainty_strata:
            message = "certainty_strata goes with sample_count."
            raise UsageError(message, hint="With stratum_counts, ask for all units of those strata.")
        counts = tuple(
            StratumCount(name, stratum_counts[name]) for name in sorted(stratum_counts, key=str.encode)
        )
        design = Design(
            method="stratified random",
            seed=seed,
            sample_count=sum(stratum_counts.values()),
            spare_count=spare_count,
            allocation="by stratum",
            stratum_counts=counts,
        )
    else:
        design = Design(
            method="stratified random",
            seed=seed,
            sample_count=sample_count or 0,
            spare_count=spare_count,
            allocation="proportional",
            minimum_per_stratum=minimum_per_stratum,
            certainty_strata=tuple(sorted(certainty_strata, key=str.encode)),
        )
    return draw(frame, design)


def draw(frame: pl.DataFrame, design: Design) -> Drawn:
    """Return the draw of a recorded design; for errors see `draw_simple` and `draw_stratified`."""
    units = canonical_frame(frame)
    if design.method in OTHER_DRAWS:
        return OTHER_DRAWS[design.method](units, design)
    if (design.sample_count < 1 and not design.per_stratum) or design.spare_count < 0:
        message = f"Asked for {design.sample_count:,} units and {design.spare_count:,} spares."
        raise UsageError(message, hint="A sample has at least one unit, and spares are not negative.")
    if design.boundaries:
        check_boundaries(units, design.boundaries)
    strata = _strata(units, design)
    if design.generator == "RAT-STATS 2005-2010":
        selected = ratstats_selection(units, strata, design)
    else:
        selected = _selected(units, checked_seed(design.seed), strata, design)
    return Drawn(
        design=replace(design, sample_count=int(strata["sample_count"].sum())),
        frame=units,
        selected=selected,
        strata=strata,
        warnings=_warnings(units, strata, design),
    )


def _strata(units: pl.DataFrame, design: Design) -> pl.DataFrame:
    counts = _stratum_table(units, design)
    sizes = dict(zip(counts["stratum"], counts["unit_count"], strict=True))
    if design.method == "simple random":
        if design.sample_count + design.spare_count > units.height:
            message = (
                f"Asked for {design.sample_count:,} units and {design.spare_count:,} spares; "
                f"the universe has {units.height:,} units."
            )
            raise UsageError(message, hint="Ask for fewer, or review every unit.")
        stratum_counts = {ALL_UNITS: design.sample_count}
    elif design.allocation == "by stratum":
        stratum_counts = check_stratum_counts(
            sizes, {count.stratum: count.sample_count for count in design.stratum_counts}
        )
    elif design.allocation == "quota":
        stratum_counts = {name: min(design.per_stratum, size) for name, size in sizes.items()}
    else:
        stratum_counts = allocate_proportionally(
            sizes,
            sample_count=design.sample_count,
            minimum_per_stratum=design.minimum_per_stratum,
            certainty_strata=design.certainty_strata,
            weights=neyman_weights(units) if design.allocation == "Neyman" else None,
        )
    return counts.with_columns(
        pl.Series("sample_count", [stratum_counts[name] for name in sizes], dtype=pl.Int64),
        pl.Series(
            "spare_count",
            [min(design.spare_count, size - stratum_counts[name]) for name, size in sizes.items()],
            dtype=pl.Int64,
        ),
    )


def _stratum_table(units: pl.DataFrame, design: Design) -> pl.DataFrame:
    has_amounts = "charge_amount" in units.columns
    amount = (
        pl.col("charge_amount").sum()
        if has_amounts
        else pl.lit(None, pl.Decimal(18, 2)).alias("charge_amount")
    )
    totals = (pl.len().cast(pl.Int64).alias("unit_count"), amount.cast(pl.Decimal(18, 2)))
    if design.method == "simple random":
        return units.select(pl.lit(ALL_UNITS).alias("stratum"), *totals)
    if "stratum" not in units.columns:
        message = "A stratified draw needs a column 'stratum' in the frame."
        raise BadInputError(message, hint="Name what to stratify by, or draw a simple sample.")
    without = units["stratum"].null_count() + (units["stratum"] == "").sum()
    if without:
        message = f"{without:,} units of the frame have no stratum."
        raise BadInputError(
            message, hint="Put them in a stratum of their own, as 'not known', or filter them out."
        )
    return units.group_by("stratum").agg(*totals).sort("stratum")


def _selected(units: pl.DataFrame, seed: str, strata: pl.DataFrame, design: Design) -> pl.DataFrame:
    wanted = strata["sample_count"] + strata["spare_count"]
    candidates = _candidates(units, seed, strata.with_columns(wanted.alias("wanted")), design)
    ranked = candidates.sort("stratum", "ticket", "unit_id").with_columns(
        pl.int_range(1, pl.len() + 1, dtype=pl.Int64).over("stratum").alias("selection_number")
    )
    counted = ranked.join(
        strata.select("stratum", "sample_count", "spare_count"), on="stratum", maintain_order="left"
    )
    is_sample = pl.col("selection_number") <= pl.col("sample_count")
    return counted.filter(
        pl.col("selection_number") <= pl.col("sample_count") + pl.col("spare_count")
    ).select(
        "stratum",
        pl.when(is_sample).then(pl.lit("sample")).otherwise(pl.lit("spare")).alias("role"),
        "selection_number",
        "unit_id",
        "frame_number",
        "ticket",
    )


def _candidates(units: pl.DataFrame, seed: str, strata: pl.DataFrame, design: Design) -> pl.DataFrame:
    """Return the units with low tickets: enough of every stratum, but not many more of a large frame."""
    wanted = pl.col("wanted")
    # Six standard deviations above the needed number; a stratum that still falls short is drawn from all
    # units.
    enough = strata.select(((wanted + 6 * wanted.sqrt() + 20) / pl.col("unit_count")).max()).item()
    for fraction in (enough, 1.0):
        ticketed = lowest_tickets(seed, units["unit_id"], fraction=fraction)
        rows = units[(ticketed["row_number"] - 1).to_list()]
        stratum = pl.lit(ALL_UNITS) if design.method == "simple random" else pl.col("stratum")
        candidates = rows.select("unit_id", stratum.alias("stratum")).with_columns(
            ticketed["row_number"].alias("frame_number"), ticketed["ticket"]
        )
        found = candidates.group_by("stratum").len("found")
        short = strata.join(found, on="stratum", how="left").filter(pl.col("found").fill_null(0) < wanted)
        if fraction >= 1 or short.is_empty():
            break
    return candidates


def _warnings(units: pl.DataFrame, strata: pl.DataFrame, design: Design) -> tuple[str, ...]:
    warnings = []
    for row in strata.iter_rows(named=True):
        if row["sample_count"] == 0:
            warnings.append(
                f"No unit of stratum '{row['stratum']}' is in the sample, which says nothing about it."
            )
        elif row["sample_count"] == 1 < row["unit_count"]:
            warnings.append(
                f"One unit of stratum '{row['stratum']}' is in the sample: its spread cannot be estimated."
            )
        if row["spare_count"] < design.spare_count and row["sample_count"] < row["unit_count"]:
            warnings.append(f"Stratum '{row['stratum']}' has only {counted(row['spare_count'], 'spare')}.")
    if "charge_amount" in units.columns:
        negative = units.filter(pl.col("charge_amount") < 0).height
        unknown = units["charge_amount"].null_count()
        if negative:
            warnings.append(
                f"Kept, and open to be drawn: {counted(negative, 'unit')} with a negative charge."
            )
        if unknown:
            warnings.append(f"Kept, and open to be drawn: {counted(unknown, 'unit')} without a charge.")
    return tuple(warnings)
