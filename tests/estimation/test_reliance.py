"""Limits may be relied on as printed where they are exact or every unit was reviewed, and nowhere else."""

from __future__ import annotations

from collections.abc import Callable
from itertools import product
from pathlib import Path
from typing import Any

import pytest

from auditlib.estimation.file_appraisal import FileAppraisal, appraise_file
from auditlib.estimation.methods import METHODS
from tests.estimation.test_sample_gate import table

SENTENCE = "may be relied on as printed"
Rows = list[tuple[object, ...]]
# Examined and audited dollars of a unit, by its number.
Priced = Callable[[int], tuple[float, float]]


def alike(number: int) -> tuple[float, float]:  # noqa: ARG001 - as the others
    return 100, 50


def in_proportion(number: int) -> tuple[float, float]:
    return 100 + number, (100 + number) / 2


def varied(number: int) -> tuple[float, float]:
    return 100 + number % 17, 100 + number % 17 if number % 5 < 2 else number % 13


def correct(number: int) -> tuple[float, float]:
    return 100 + number % 17, 100 + number % 17


UNITS, UNIVERSE = 120, 480


def _items(number: int, priced: Priced) -> int:
    examined, audited = priced(number)
    return int(examined != audited)


def _difference(number: int, priced: Priced) -> float:
    examined, audited = priced(number)
    return examined - audited


def sampled(method: str, priced: Priced) -> tuple[str, Rows, dict[str, Any]]:
    """Return columns, rows and options of a sample of a part of the universe."""
    units, universe = range(UNITS), {"universe_count": UNIVERSE}
    based = {**universe, "base_total": 60_000.0}
    strata = [("a" if number % 2 else "b", UNIVERSE // 2) for number in units]
    made: dict[str, tuple[str, Rows, dict[str, Any]]] = {
        "attribute-stratified": (
            "stratum,universe_count,is_error",
            [(*strata[number], _items(number, priced)) for number in units],
            {},
        ),
        "attribute-two-stage": (
            "size,item_count,sample_count",
            [(5, 3 * _items(number, priced), 3) for number in units],
            universe,
        ),
        "attribute-three-stage": (
            "primary,secondary_count,size,item_count,sample_count",
            [(f"p{number}", 4, 5, 3 * _items(number, priced), 3) for number in units for _ in range(2)],
            universe,
        ),
        "attribute-cluster": (
            "cluster,item_count,element_count",
            [(f"c{number}", 2 * _items(number, priced), 4) for number in units],
            universe,
        ),
        "stratified": (
            "stratum,universe_count,examined,audited",
            [(*strata[number], *priced(number)) for number in units],
            {},
        ),
        "two-stage": (
            "primary,size,examined,audited",
            [(f"p{number}", 5, *priced(number)) for number in units for _ in range(3)],
            universe,
        ),
        "three-stage": (
            "primary,secondary_count,secondary,size,examined,audited",
            [
                (f"p{number}", 4, f"s{number}-{part}", 5, *priced(number))
                for number in units
                for part in range(2)
                for _ in range(3)
            ],
            universe,
        ),
        "cluster": (
            "cluster,examined,audited",
            [(f"c{number}", *priced(number)) for number in units for _ in range(3)],
            universe,
        ),
        "stratified-multistage": (
            "stratum,universe_count,primary,size,examined,audited",
            [(*strata[number], f"p{number}", 5, *priced(number)) for number in units for _ in range(3)],
            {},
        ),
        "unknown-universe": (
            "kind,value",
            [
                *(("container", 5 if priced is alike else 5 + number % 3) for number in units),
                *(("element", _difference(number, priced)) for number in units),
            ],
            universe,
        ),
        "rhc": (
            "size,group_size,group_count,value",
            [(5, 20, 4, _difference(number, priced)) for number in units],
            {},
        ),
        "unequal": (
            "inclusion_probability,value",
            [(0.25, _difference(number, priced)) for number in units],
            {},
        ),
        "net": (
            "examined,audited",
            [priced(number) for number in units],
            {**universe, "largest_underpayment": 100.0},
        ),
    }
    made["post-stratified"] = (*made["stratified"][:2], universe)
    for method_of_pairs in ("variable", "ratio", "regression"):
        options = universe if method_of_pairs == "variable" else based
        made[method_of_pairs] = ("examined,audited", [priced(number) for number in units], options)
    return made[method]


def appraised(path: Path, method: str, made: tuple[str, Rows, dict[str, Any]]) -> FileAppraisal:
    columns, rows, options = made
    return appraise_file(table(path / "r.csv", columns, rows), method=method, **options)


# A regression on equal payments is refused.
PARTS = [
    (method, priced)
    for method, priced in product(
        sorted(set(METHODS) - {"attribute"}), (alike, in_proportion, varied, correct)
    )
    if (method, priced) != ("regression", alike)
]


@pytest.mark.parametrize(("method", "priced"), PARTS)
def test_no_sample_of_a_part_is_relied_on_as_printed(method: str, priced: Priced, tmp_path: Path) -> None:
    """Neither where all units are alike, so that the standard error is 0, nor where nothing is wrong."""
    found = appraised(tmp_path, method, sampled(method, priced))
    assert not found.appraisal.is_census
    assert SENTENCE not in found.paper
    if found.appraisal.found.figures[0].standard_error == 0 and method != "net":
        assert found.appraisal.may_fail


def alike_to_the_cent(number: int) -> tuple[float, float]:
    """Return amounts whose differences are 50.05 each, and differ in their last binary digits."""
    return round(100.10 + 0.37 * number, 2), round(50.05 + 0.37 * number, 2)


@pytest.mark.parametrize(
    "method", ["variable", "stratified", "post-stratified", "cluster", "two-stage", "unequal", "rhc", "net"]
)
def test_differences_alike_to_the_cent_are_no_spread(method: str, tmp_path: Path) -> None:
    found = appraised(tmp_path, method, sampled(method, alike_to_the_cent))
    assert SENTENCE not in found.paper
    if method != "net":
        assert any(caution.rule == "no spread" for caution in found.appraisal.cautions)


@pytest.mark.parametrize("wrong", [0, 1, 17, UNITS])
def test_exact_limits_are_relied_on_as_printed(wrong: int, tmp_path: Path) -> None:
    made = ("is_error", [(int(number < wrong),) for number in range(UNITS)], {"universe_count": UNIVERSE})
    found = appraised(tmp_path, "attribute", made)
    assert found.appraisal.found.figures[0].rule == "exact"
    assert SENTENCE in found.paper


@pytest.mark.parametrize("priced", [alike, varied, correct])
@pytest.mark.parametrize("method", ["variable", "stratified", "cluster", "ratio", "net"])
def test_a_census_is_relied_on_as_printed(method: str, priced: Priced, tmp_path: Path) -> None:
    columns, rows, options = sampled(method, priced)
    if method == "stratified":
        rows = [(row[0], UNITS // 2, *row[2:]) for row in rows]
    else:
        options = {**options, "universe_count": UNITS}
        if method == "ratio":
            options["base_total"] = sum(priced(number)[0] for number in range(UNITS))
    found = appraised(tmp_path, method, (columns, rows, options))
    assert found.appraisal.is_census
    assert SENTENCE in found.paper
    assert not found.appraisal.may_fail
