"""Draws other than simple and stratified: systematic, clusters, chances by size, RHC, judgmental, RAT-STATS.

Where a draw needs a random number instead of an order, it is a ticket read as a fraction of 1, followed by
exact arithmetic: the same draw on every machine.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence
from dataclasses import replace
from decimal import Context, Decimal
from fractions import Fraction
from typing import Final

import polars as pl

from auditlib.errors import BadInputError, UsageError
from auditlib.sampling.plan import ALL_UNITS, Design, Drawn
from auditlib.sampling.ratstats_numbers import ratstats_rows, ratstats_seed
from auditlib.sampling.sequential_draw import sequential_order
from auditlib.sampling.tickets import checked_seed, ticket
from auditlib.stats.ratstats.random_numbers import select_rhc

Row = dict[str, object]
_PROBABILITY = Context(prec=15)
_TWO = 2


def fraction(seed: str, label: str) -> Fraction:
    """Return a random number in 0..1: the ticket of a label, as a fraction of all tickets."""
    return Fraction(int(ticket(seed, label), 16), 1 << 256)


def _probability(chance: Fraction) -> str:
    return f"{_PROBABILITY.divide(Decimal(chance.numerator), Decimal(chance.denominator)):f}"


def _count(value: int, most: int, what: str) -> int:
    if not 1 <= value <= most:
        message = f"Asked for {value:,} {what}; there are {most:,}."
        raise UsageError(message, hint="Request at least one, and no more than there are.")
    return value


def _no_spares(design: Design) -> None:
    if design.spare_count:
        message = f"A {design.method} sample has no spares."
        raise UsageError(message, hint="Request more units, or draw a simple or stratified sample.")


def _column(units: pl.DataFrame, name: str, purpose: str) -> pl.Series:
    if name not in units.columns:
        message = f"The frame has no column '{name}' {purpose}."
        raise BadInputError(message, hint=f"Its columns are {', '.join(units.columns)}.")
    empty = units[name].null_count()
    if empty:
        message = f"{empty:,} units of the frame have no {name}."
        raise BadInputError(message, hint="Filter them out and record why.")
    return units[name]


def _drawn(units: pl.DataFrame, design: Design, rows: Sequence[Row], warnings: Sequence[str] = ()) -> Drawn:
    ids = units["unit_id"]
    full = [
        {
            "stratum": ALL_UNITS,
            "role": "sample",
            "selection_number": number,
            "unit_id": ids[int(str(row["position"]))],
            "frame_number": int(str(row["position"])) + 1,
            "ticket": ticket(design.seed, ids[int(str(row["position"]))])
            if "ticket" not in row
            else row["ticket"],
            **{name: value for name, value in row.items() if name not in {"position", "ticket"}},
        }
        for number, row in enumerate(rows, start=1)
    ]
    amount = units["charge_amount"].sum() if "charge_amount" in units.columns else None
    strata = pl.DataFrame(
        {
            "stratum": [ALL_UNITS],
            "unit_count": [units.height],
            "charge_amount": [amount],
            "sample_count": [len(rows)],
            "spare_count": [0],
        },
        schema_overrides={"charge_amount": pl.Decimal(18, 2)},
    )
    return Drawn(replace(design, sample_count=len(rows)), units, pl.DataFrame(full), strata, tuple(warnings))


def _systematic(units: pl.DataFrame, design: Design) -> Drawn:
    seed = checked_seed(design.seed)
    _no_spares(design)
    count = _count(design.sample_count, units.height, "units")
    unknown = [name for name in design.order_by if name not in units.columns]
    if unknown:
        message = f"The frame has no column '{unknown[0]}' to order by."
        raise BadInputError(message, hint=f"Its columns are {', '.join(units.columns)}.")
    order = units.with_row_index("position").sort(*design.order_by, "unit_id")["position"].to_list()
    interval = Fraction(units.height, count)
    start = fraction(seed, "#start")
    rows: list[Row] = [{"position": order[int((start + step) * interval)]} for step in range(count)]
    warning = (
        "A systematic sample has no unbiased standard error; that of a simple random sample is used, which "
        "is too large if the order follows the errors and too small if errors recur at the interval."
    )
    return _drawn(units, design, rows, [warning])


def _clusters(units: pl.DataFrame, design: Design) -> Drawn:
    seed = checked_seed(design.seed)
    _no_spares(design)
    if not design.cluster_column:
        message = f"A {design.method} sample needs the column whose values are the clusters."
        raise UsageError(message, hint=f"Columns of the frame are {', '.join(units.columns)}.")
    _column(units, design.cluster_column, "to make clusters of")
    members: dict[str, list[int]] = {}
    for position, name in enumerate(units[design.cluster_column]):
        members.setdefault(str(name), []).append(position)
    count = _count(design.draw_count, len(members), "clusters")
    is_staged = design.method == "two-stage"
    if is_staged and design.units_per_cluster < 1:
        message = "A two-stage sample needs the number of units to draw from each cluster."
        raise UsageError(message, hint="Give --per-cluster, two or more to know the spread within clusters.")
    chosen = sorted(members, key=lambda name: (ticket(seed, f"#cluster,{name}"), name))[:count]
    rows: list[Row] = []
    ids = units["unit_id"]
    for name in chosen:
        within = sorted(members[name], key=lambda position: ticket(seed, ids[position]))
        chosen_units = within[: design.units_per_cluster] if is_staged else within
        chance = Fraction(count, len(members)) * Fraction(len(chosen_units), len(within))
        rows += [
            {"position": position, "cluster": name, "inclusion_probability": _probability(chance)}
            for position in chosen_units
        ]
    warnings = ["One cluster was drawn: the standard error cannot be estimated."] if count < _TWO else []
    return _drawn(units, design, rows, warnings)


def _sizes(units: pl.DataFrame, design: Design) -> list[int]:
    values = _column(units, design.size_column, "to give the size")
    try:
        sizes = [int(Decimal(str(value)).scaleb(2)) for value in values]
    except (ArithmeticError, ValueError):
        message = f"Column '{design.size_column}' holds values that are no amounts."
        raise BadInputError(
            message, hint="A size is a whole number or an amount in dollars and cents."
        ) from None
    negative = sum(size < 0 for size in sizes)
    if negative:
        message = f"{negative:,} units have a negative {design.size_column}: they cannot have a chance."
        raise BadInputError(message, hint="Review them as a separate stratum, and filter them out here.")
    if not any(sizes):
        message = f"All units have a {design.size_column} of 0."
        raise BadInputError(message, hint="Use another column, or draw a simple sample.")
    return sizes


def _zero_warning(sizes: Sequence[int], design: Design) -> list[str]:
    zero = sizes.count(0)
    return [f"{zero:,} units with a {design.size_column} of 0 could not be drawn."] if zero else []


def _by_size(units: pl.DataFrame, design: Design) -> Drawn:
    """Return a systematic draw in random order with chances by size; the largest units are certain."""
    seed = checked_seed(design.seed)
    _no_spares(design)
    sizes = _sizes(units, design)
    usable = [position for position, size in enumerate(sizes) if size]
    count = _count(design.sample_count, len(usable), "units")
    certain: set[int] = set()
    while True:
        left = count - len(certain)
        total = sum(sizes[position] for position in usable if position not in certain)
        more = {p for p in usable if p not in certain and left * sizes[p] >= total} if left else set()
        if not more:
            break
        certain |= more
    ids = units["unit_id"]
    order = sorted(usable, key=lambda position: ticket(seed, ids[position]))
    rows: list[Row] = [{"position": p, "inclusion_probability": "1"} for p in order if p in certain]
    reached, aim = Fraction(0), fraction(seed, "#start")
    for position in order:
        if position in certain or not left:
            continue
        chance = Fraction(left * sizes[position], total)
        reached += chance
        if aim < reached:
            rows.append({"position": position, "inclusion_probability": _probability(chance)})
            aim += 1
    warnings = _zero_warning(sizes, design)
    if left == 1 and len(certain) < len(usable):
        warnings.append("One unit was drawn by chance: the standard error cannot be estimated.")
    return _drawn(units, design, rows, warnings)


def _monetary(units: pl.DataFrame, design: Design) -> Drawn:
    """Return a draw of dollars at a fixed interval in frame order; any of its dollars selects a unit."""
    seed = checked_seed(design.seed)
    _no_spares(design)
    sizes = _sizes(units, design)
    count = _count(design.draw_count, sum(sizes), "dollars")
    interval = Fraction(sum(sizes), count)
    aim = fraction(seed, "#start") * interval
    rows: list[Row] = []
    cumulated = 0
    for position, size in enumerate(sizes):
        cumulated += size
        hits = 0
        while aim < cumulated:
            hits += 1
            aim += interval
        if hits:
            chance = min(Fraction(1), size / interval)
            rows.append(
                {"position": position, "hit_count": hits, "inclusion_probability": _probability(chance)}
            )
    return _drawn(units, design, rows, _zero_warning(sizes, design))


def _rhc(units: pl.DataFrame, design: Design) -> Drawn:
    _no_spares(design)
    sizes = _sizes(units, design)
    if not all(sizes):
        message = f"{sizes.count(0):,} units have a {design.size_column} of 0 and could never be drawn."
        raise BadInputError(message, hint="Filter them out and record why.")
    count = _count(design.draw_count, units.height, "groups")
    warnings = []
    numbers: list[str | None]
    if design.generator == "RAT-STATS 2005-2010":
        selection = select_rhc(
            [size / 100 for size in sizes],
            group_count=count,
            grouping_seed=ratstats_seed(design.seed),
            selection_seed=ratstats_seed(design.second_seed),
        )
        groups = [[unit - 1 for unit in group] for group in selection.groups]
        chosen = [unit - 1 for unit in selection.selected]
        numbers = [str(unit) for unit in selection.selected]
        if selection.is_remainder_assumed:
            warnings.append(
                "The groups are of unequal count; where RAT-STATS puts the rest is not published."
            )
    else:
        seed = checked_seed(design.seed)
        ids = units["unit_id"]
        order = sorted(range(units.height), key=lambda position: ticket(seed, ids[position]))
        quotient, remainder = divmod(units.height, count)
        ends = [number * quotient + min(number, remainder) for number in range(count + 1)]
        groups = [order[begin:end] for begin, end in itertools.pairwise(ends)]
        chosen = [_reached(group, sizes, fraction(seed, f"#group,{n}")) for n, group in enumerate(groups, 1)]
        numbers = [None] * count
    rows: list[Row] = []
    for number, (group, position, number_text) in enumerate(
        zip(groups, chosen, numbers, strict=True), start=1
    ):
        chance = Fraction(sizes[position], sum(sizes[unit] for unit in group))
        row: Row = {"position": position, "cluster": f"group {number} of {len(group)} units"}
        row |= {"inclusion_probability": _probability(chance)} | (
            {} if number_text is None else {"ticket": number_text}
        )
        rows.append(row)
    return _drawn(units, design, rows, warnings)


def _reached(group: Sequence[int], sizes: Sequence[int], share: Fraction) -> int:
    aim = share * sum(sizes[position] for position in group)
    cumulated = 0
    for position in group:
        cumulated += sizes[position]
        if aim < cumulated:
            return position
    return group[-1]


def _sequential(units: pl.DataFrame, design: Design) -> Drawn:
    seed = checked_seed(design.seed)
    _no_spares(design)
    sizes = _sizes(units, design)
    count = _count(design.sample_count, sum(size > 0 for size in sizes), "units with a size")
    rows: list[Row] = [
        {"position": position, "ticket": drawn}
        for position, drawn in sequential_order(seed, units["unit_id"], sizes, count)
    ]
    return _drawn(units, design, rows, _zero_warning(sizes, design))


def _judgmental(units: pl.DataFrame, design: Design) -> Drawn:
    _no_spares(design)
    if not design.reason.strip() or not design.listed:
        message = "A judgmental sample needs its units and the reason why they were chosen."
        raise UsageError(message)
    if len(set(design.listed)) < len(design.listed):
        message = "The list of a judgmental sample has a unit more than once."
        raise UsageError(message)
    positions = {unit_id: position for position, unit_id in enumerate(units["unit_id"])}
    absent = [unit_id for unit_id in design.listed if unit_id not in positions]
    if absent:
        message = f"{len(absent):,} listed units are not in the universe, as {absent[0]}."
        raise UsageError(message, hint="Widen the universe, or correct the list.")
    rows: list[Row] = [{"position": positions[unit_id], "ticket": ""} for unit_id in design.listed]
    warning = "JUDGMENTAL: not drawn by chance. Nothing may be concluded from it about other units."
    return _drawn(units, design, rows, [warning])


OTHER_DRAWS: Final[dict[str, Callable[[pl.DataFrame, Design], Drawn]]] = {
    "systematic": _systematic,
    "cluster": _clusters,
    "two-stage": _clusters,
    "PPS": _by_size,
    "risk-weighted": _by_size,
    "monetary unit": _monetary,
    "RHC": _rhc,
    "sequential": _sequential,
    "judgmental": _judgmental,
}


def ratstats_selection(units: pl.DataFrame, strata: pl.DataFrame, design: Design) -> pl.DataFrame:
    """Return the selection of a simple or stratified draw by RAT-STATS' numbers, one run per stratum."""
    is_stratified = design.method == "stratified random"
    seeds = design.seed.split() if is_stratified else [design.seed]
    if len(seeds) != strata.height:
        message = f"RAT-STATS draws one stratum per run: {strata.height} seeds are needed, not {len(seeds)}."
        raise UsageError(message, hint="Give one seed for each stratum, in the order of their names.")
    indexed = units.with_row_index("position")
    rows: list[Row] = []
    for seed, stratum in zip(seeds, strata.iter_rows(named=True), strict=True):
        part = indexed.filter(pl.col("stratum") == stratum["stratum"]) if is_stratified else indexed
        quantity = stratum["sample_count"] + stratum["spare_count"]
        for number, (position, shown) in enumerate(ratstats_rows(part, seed, quantity, design), start=1):
            rows.append(
                {
                    "stratum": stratum["stratum"],
                    "role": "sample" if number <= stratum["sample_count"] else "spare",
                    "selection_number": number,
                    "unit_id": units["unit_id"][position],
                    "frame_number": position + 1,
                    "ticket": shown,
                }
            )
    return pl.DataFrame(rows)
