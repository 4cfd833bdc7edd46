from __future__ import annotations

import math
from collections import Counter
from decimal import Decimal

import polars as pl
import pytest

from auditlib.errors import BadInputError, UsageError
from auditlib.sampling import Design, draw
from auditlib.sampling.sequential_draw import sequential_order
from auditlib.sampling.tickets import ticket


def frame(charges: list[str]) -> pl.DataFrame:
    return pl.DataFrame(
        {
            "unit_id": [f"E{number:03}" for number in range(len(charges))],
            "charge_amount": [Decimal(charge) for charge in charges],
        },
        schema_overrides={"charge_amount": pl.Decimal(18, 2)},
    )


def design(count: int, seed: str = "7") -> Design:
    return Design("sequential", seed, count, size_column="charge_amount")


def test_the_order_is_that_of_the_logarithms_of_the_tickets_by_size() -> None:
    charges = [f"{10 + 37 * number % 91}.50" for number in range(80)]
    units = frame(charges)
    drawn = draw(units, design(25))
    keys = {
        unit: -math.log(int(ticket("7", unit), 16) / 2**256) / float(charge)
        for unit, charge in zip(units["unit_id"], charges, strict=True)
    }
    assert drawn.selected["unit_id"].to_list() == sorted(keys, key=keys.__getitem__)[:25]
    assert drawn.selected["ticket"].to_list() == [ticket("7", unit) for unit in drawn.selected["unit_id"]]


def test_the_first_drawn_has_its_chance_by_size() -> None:
    units = pl.Series([f"U{number}" for number in range(4)])
    sizes = [100, 200, 300, 400]
    first = Counter(sequential_order(str(seed), units, sizes, 1)[0][0] for seed in range(4000))
    for place, size in enumerate(sizes):
        assert first[place] / 4000 == pytest.approx(size / 1000, abs=0.03)


def test_a_larger_sample_begins_with_the_smaller_one() -> None:
    units = frame([f"{number + 1}.00" for number in range(60)])
    few, many = (draw(units, design(count)).selected["unit_id"].to_list() for count in (10, 40))
    assert many[:10] == few


def test_units_without_dollars_are_not_drawn_and_are_counted() -> None:
    drawn = draw(frame(["0.00", "5.00", "0.00", "9.00"]), design(2))
    assert set(drawn.selected["unit_id"]) == {"E001", "E003"}
    assert any("2 units with a charge_amount of 0" in warning for warning in drawn.warnings)
    with pytest.raises(UsageError, match="there are 2"):
        draw(frame(["0.00", "5.00", "0.00", "9.00"]), design(3))
    with pytest.raises(BadInputError, match="negative"):
        draw(frame(["-1.00", "5.00"]), design(1))
