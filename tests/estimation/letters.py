"""Right demand letters of several designs, made at random, and mistakes to plant in them."""

from __future__ import annotations

import datetime as dt
import random
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

from auditlib.estimation.demand_letter import DemandLetter
from auditlib.estimation.demand_letter.form import HIGH_ERROR, ONE_STRATUM, Unit
from auditlib.estimation.demand_letter.recomputed import Way
from auditlib.stats.estimators.programmes import PROGRAMMES
from auditlib.stats.ratstats.random_numbers import draw_numbers

COLUMNS = (
    *("unit_id", "stratum", "paid", "allowed", "overpaid", "recouped", "frame_number"),
    "service_date",
)
FIRST, LAST = dt.date(2024, 1, 1), dt.date(2024, 12, 31)


def cents(value: float) -> Decimal:
    return Decimal(str(round(value, 2)))


def way_of(letter: DemandLetter) -> Way:
    """Return the right way of a letter."""
    programme = letter.programme
    return Way(
        letter.sample,
        letter.counts,
        programme.netting,
        programme.confidence,
        programme.sides,
        programme.demand,
        recouped=letter.recouped,
    )


def stated(letter: DemandLetter, way: Way | None = None) -> DemandLetter:
    """Return a letter with the figures of a way, by default the right one."""
    used = way or way_of(letter)
    estimate = used.estimate()
    claimed = {
        "overpaid_amount": cents(used.found()),
        "standard_error": cents(estimate.standard_error),
        "point": cents(estimate.point),
        "limit": cents(used.limit()),
        "demand": cents(used.demand()),
    }
    return replace(letter, claimed=claimed)


def right_letter(
    seed: int, *, strata: int = 1, programme: str = "PIM", has_list: bool = True
) -> DemandLetter:
    """Return a letter without a mistake: its draw, its figures and its lists are right."""
    chance = random.Random(seed)
    names = [ONE_STRATUM] if strata == 1 else [f"S{number}" for number in range(strata)]
    counts = {name: chance.randint(150, 400) for name in names}
    seeds = {name: float(chance.randint(1, 99_999)) for name in names}
    universe: list[Unit] = []
    sample: list[Unit] = []
    for place, name in enumerate(names):
        for number in range(1, counts[name] + 1):
            paid = round(chance.uniform(40, 300), 2)
            share = chance.choice((0.0, 0.2, 0.5, 1.0, 1.0, -0.2))
            allowed = round(paid * (1 - share), 2)
            universe.append(
                Unit(
                    f"U{place}-{number}",
                    name,
                    paid,
                    round(paid - allowed, 2),
                    allowed,
                    0.0,
                    number,
                    FIRST + dt.timedelta(days=chance.randint(0, 365)),
                )
            )
        own = {unit.frame_number: unit for unit in universe if unit.stratum == name}
        drawn = draw_numbers(seeds[name], 1, counts[name], sample_count=chance.randint(30, 45))
        sample += [own[number] for (number,) in drawn.selection_order]
    # What the sample found is always below the limit: no floor hides the level.
    letter = DemandLetter(
        f"letter {seed}",
        PROGRAMMES[programme],
        HIGH_ERROR,
        counts,
        tuple(sample),
        tuple(universe) if has_list else None,
        {},
        (FIRST, LAST),
        "RAT-STATS 2010",
        seeds,
    )
    return stated(letter)


def write_letter(letter: DemandLetter, folder: Path) -> Path:
    """Write the form and the lists of a letter into a folder, as its user would."""
    folder.mkdir(parents=True)
    lines = [
        "[letter]",
        f'programme = "{next(name for name, one in PROGRAMMES.items() if one == letter.programme)}"',
        f'precondition = "{letter.precondition}"',
        *(() if letter.period is None else (f"period_from = {FIRST}", f"period_to = {LAST}")),
        "[universe]",
        *(() if letter.universe is None else ('file = "universe.csv"',)),
        *((f"unit_count = {letter.counts['']}",) if "" in letter.counts else ()),
        '[sample]\nfile = "sample.csv"',
        f'[draw]\nsoftware = "{letter.software}"',
        *(f"seed = {seed}" for name, seed in (letter.seeds or {}).items() if not name),
        "[claimed]",
        *(f"{name} = {value}" for name, value in letter.claimed.items()),
        *(
            f'[[stratum]]\nname = "{name}"\nunit_count = {count}\nseed = {(letter.seeds or {})[name]}'
            for name, count in letter.counts.items()
            if name
        ),
    ]
    (folder / "letter.toml").write_text("\n".join(lines), encoding="utf-8")
    for name, units in (("sample", letter.sample), ("universe", letter.universe)):
        if units is None:
            continue
        columns = [
            column for column in COLUMNS if all(getattr(unit, column) not in {None, ""} for unit in units)
        ]
        rows = [",".join(str(getattr(unit, column)) for column in columns) for unit in units]
        (folder / f"{name}.csv").write_text("\n".join([",".join(columns), *rows]), encoding="utf-8")
    return folder
