"""One gesture of the denial explorer beside bare DuckDB SQL and pandas, on the same made lines, in one run.

    python -m benchmarks.denials.cross_filter --claims 1000000

A gesture is all bars of all dimensions under random filters, with exact counts of claims. pandas is measured
where it is installed; the project does not need it.
"""

from __future__ import annotations

import argparse
import importlib
import random
import statistics
import time
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any, Final

import duckdb
import numpy as np
import polars as pl

from auditlib.measures.denied_selection import DIMENSIONS, DeniedSelection
from auditlib.widgets.denial_explorer.choice import Choice
from auditlib.widgets.denial_explorer.page import page
from benchmarks.measure import put

DENIED_SHARE: Final = 0.15
INITIAL_SHARE: Final = 0.9
LINES_A_CLAIM: Final = 2
GESTURES: Final = 25
SEED: Final = 837


def made_lines(claims: int) -> pl.DataFrame:
    """Return the denied lines of so many claims: few payers and reasons with most of them, as in life."""
    draw = np.random.default_rng(SEED)
    denied = int(claims * DENIED_SHARE)
    count = denied * LINES_A_CLAIM

    def skewed(names: Sequence[str | None]) -> list[str | None]:
        chances = 1 / np.arange(1, len(names) + 1)
        places = draw.choice(len(names), count, p=chances / chances.sum())
        return [names[place] for place in places]

    claim = np.sort(draw.integers(0, denied, count))
    reason = draw.integers(0, 90, count)
    frame = pl.DataFrame(
        {
            "claim_id": claim,
            "payer_name": skewed([f"payer {number}" for number in range(60)]),
            "provider_id": skewed([*(f"{number:010}" for number in range(3000)), None]),
            "code": skewed([*(f"{number:05}" for number in range(6000)), None]),
            "final_state": skewed(["paid", "still denied", "reversed"]),
            "check_state": skewed(["no check", "not caught", "caught"]),
            "group_code": ["CO"] * count,
            "stated_ground": skewed(["not stated", "medical necessity", "coding downgrade"]),
            "reason_code": [str(number) for number in reason],
            "reason_label": [f"reason {number}" for number in reason],
            "denial_category": [f"kind {number % 14}" for number in reason],
            "month": draw.integers(0, 24, count),
            "denied_amount": draw.integers(10, 9000, count),
            "is_initial": draw.random(count) < INITIAL_SHARE,
        }
    )
    first = pl.date(2024 + pl.col("month") // 12, 1 + pl.col("month") % 12, 1)
    return frame.with_columns(
        pl.col("denied_amount").cast(pl.Decimal(18, 2)),
        denial_month=first,
        denial_date=first,
        submit_date=first,
        patient_control_number=pl.format("A{}", "claim_id"),
        encounter_id=pl.format("E{}", "claim_id"),
    )


def random_filters(selection: DeniedSelection) -> list[dict[str, list[str | None]]]:
    """Return filters of one to three dimensions, of one to three values each."""
    choose = random.Random(SEED)
    made = []
    for _ in range(GESTURES):
        names = choose.sample(DIMENSIONS, choose.randint(1, 3))
        made.append(
            {
                name: choose.sample(values[:20], min(len(values), choose.randint(1, 3)))
                for name in names
                for values in (selection.values[name],)
            }
        )
    return made


def choice_of(selection: DeniedSelection, filters: Mapping[str, Sequence[str | None]]) -> Choice:
    """Return the filters as the screen holds them."""
    return Choice(
        {
            name: tuple(selection.values[name].index(value) for value in values)
            for name, values in filters.items()
        }
    )


def sql_of(filters: Mapping[str, Sequence[str | None]]) -> str:
    """Return the bars of all dimensions as one statement."""

    def condition(name: str) -> str:
        texts = [value for value in filters[name] if value is not None]
        listed = ", ".join(f"'{value}'" for value in texts) or "''"
        null = f" or {name} is null" if None in filters[name] else ""
        return f"({name} in ({listed}){null})"

    parts = []
    for name in DIMENSIONS:
        wanted = " and ".join(condition(other) for other in filters if other != name) or "true"
        parts.append(
            f"select '{name}', cast({name} as varchar), count(*), count(distinct claim_id), sum(cents), "
            f"sum(unpaid) from line where {wanted} group by {name}"
        )
    return " union all ".join(parts)


def bars_in_pandas(frame: Any, filters: Mapping[str, Sequence[str | None]]) -> None:  # noqa: ANN401 - no types
    """Count the same bars in pandas."""
    for name in DIMENSIONS:
        rows = frame
        for other, values in filters.items():
            if other != name:
                rows = rows[rows[other].isin(list(values))]
        rows.groupby(name, dropna=False, observed=True).agg(
            {"claim_id": ["size", "nunique"], "cents": "sum", "unpaid": "sum"}
        )


def milliseconds(work: Callable[[], object]) -> float:
    """Return how long the work takes."""
    began = time.perf_counter()
    work()
    return 1000 * (time.perf_counter() - began)


def spread(times: Sequence[float]) -> str:
    """Return median and 95th percentile of milliseconds in words."""
    ordered = sorted(times)
    return f"median {statistics.median(ordered):,.1f} ms, p95 {ordered[int(0.95 * len(ordered))]:,.1f} ms"


def compare_ways(selection: DeniedSelection, filters: Sequence[Mapping[str, Sequence[str | None]]]) -> None:
    """Print what each way takes for all bars under the same filters, and the ratios of the medians."""
    named = selection.named.select(
        "claim_id", *DIMENSIONS, cents=(pl.col("denied_amount") * 100).cast(pl.Int64)
    ).with_columns(unpaid=pl.when(pl.col("final_state") != "paid").then("cents").otherwise(0))
    bare = duckdb.connect()
    bare.register("given", {name: named[name].to_numpy() for name in named.columns})
    bare.execute("create table line as select * from given")
    for one in filters[:5]:
        counted = bare.execute(sql_of(one)).fetchall()
        ours = sum(frame["line_count"].sum() for frame in selection.bars(one).values())
        if ours != sum(row[2] for row in counted):
            message = "The ways count different lines."
            raise SystemExit(message)
    ways: dict[str, Callable[[Mapping[str, Sequence[str | None]]], object]] = {
        "explorer, bars": selection.bars,
        "explorer, whole page": lambda one: page(selection, choice_of(selection, one)),
        "bare DuckDB SQL": lambda one: bare.execute(sql_of(one)).fetchall(),
    }
    try:
        pandas = importlib.import_module("pandas")
    except ImportError:
        print("pandas is not installed: not measured")
    else:
        frame = pandas.DataFrame({name: named[name].to_list() for name in named.columns})
        for name in DIMENSIONS:
            frame[name] = frame[name].astype("category")
        ways["pandas"] = lambda one: bars_in_pandas(frame, one)
    medians, slowest = {}, {}
    for way, work in ways.items():
        times = sorted(milliseconds(partial(work, one)) for one in filters)
        medians[way], slowest[way] = statistics.median(times), times[int(0.95 * len(times))]
        print(f"{way}: {spread(times)}")
        put(f"{way}, p95 ms", slowest[way])
        put(f"{way}, median ms", medians[way])
    for way in list(ways)[1:]:
        of_medians = medians[way] / medians["explorer, bars"]
        of_slowest = slowest[way] / slowest["explorer, bars"]
        print(f"{way} over explorer, bars: {of_medians:.1f} in the median, {of_slowest:.1f} in p95")


def main() -> None:
    """Measure on made lines, without a browser."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--claims", type=int, default=1_000_000)
    claims = parser.parse_args().claims
    lines = made_lines(claims)
    selection = DeniedSelection(lines)
    print(f"{claims:,} claims, {lines.height:,} denied lines")
    print(f"made ready in {milliseconds(lambda: selection.bars({})):,.0f} ms")
    compare_ways(selection, random_filters(selection))


if __name__ == "__main__":
    main()
