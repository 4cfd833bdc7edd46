"""Every design on every kind of bad frame: refused in words, or drawn by a rule that is written down."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from decimal import Decimal
from typing import Any, get_args, get_type_hints

import polars as pl
import pytest

from auditlib.errors import AuditError
from auditlib.sampling import Design, UniverseRecord, draw, make_manifest, sampling_memo
from auditlib.sampling.other_draws import OTHER_DRAWS

DESIGNS = {
    "simple random": Design("simple random", "7", 4),
    "simple random, RAT-STATS": Design("simple random", "7", 4, generator="RAT-STATS 2005-2010"),
    "stratified random": Design(
        "stratified random", "7", 6, allocation="proportional", minimum_per_stratum=1
    ),
    "stratified random, Neyman": Design(
        "stratified random", "7", 6, allocation="Neyman", minimum_per_stratum=1
    ),
    "stratified random, quota": Design("stratified random", "7", 0, allocation="quota", per_stratum=2),
    "systematic": Design("systematic", "7", 4, order_by=("charge_amount",)),
    "cluster": Design("cluster", "7", 0, cluster_column="stratum", draw_count=2),
    "two-stage": Design("two-stage", "7", 0, cluster_column="stratum", draw_count=2, units_per_cluster=2),
    "PPS": Design("PPS", "7", 4, size_column="charge_amount"),
    "risk-weighted": Design("risk-weighted", "7", 4, size_column="charge_amount"),
    "monetary unit": Design("monetary unit", "7", 0, size_column="charge_amount", draw_count=4),
    "RHC": Design("RHC", "7", 0, size_column="charge_amount", draw_count=3),
    "sequential": Design("sequential", "7", 4, size_column="charge_amount"),
    "judgmental": Design("judgmental", "", 2, listed=("u0", "u1"), reason="asked for"),
}
ROWS = 24


def frame(**changed: list[Any]) -> pl.DataFrame:
    columns: dict[str, list[Any]] = {
        "unit_id": [f"u{number}" for number in range(ROWS)],
        "stratum": [f"s{number % 4}" for number in range(ROWS)],
        "charge_amount": [Decimal(f"{10 + 7 * number}.00") for number in range(ROWS)],
    }
    columns |= changed
    types = {"unit_id": pl.String(), "stratum": pl.String(), "charge_amount": pl.Decimal(18, 2)}
    return pl.DataFrame(columns, schema=types)


def at(position: int, value: object, column: str) -> list[Any]:
    values = frame()[column].to_list()
    values[position] = value
    return values


FRAMES = {
    "empty": frame().head(0),
    "repeated ids": frame(unit_id=at(3, "u1", "unit_id")),
    "null id": frame(unit_id=at(3, None, "unit_id")),
    "null stratum": frame(stratum=at(3, None, "stratum")),
    "negative dollars": frame(charge_amount=at(3, Decimal(-5), "charge_amount")),
    "null dollars": frame(charge_amount=at(3, None, "charge_amount")),
    "no dollars at all": frame(charge_amount=[Decimal(0)] * ROWS),
    "one unit in a stratum": frame(stratum=["lone", *[f"s{number % 3}" for number in range(1, ROWS)]]),
    "one unit": frame().head(1),
}
BY_SIZE = {"PPS", "risk-weighted", "monetary unit", "RHC", "sequential"}
REFUSED = {
    "empty": set(DESIGNS),
    "repeated ids": set(DESIGNS),
    "null id": set(DESIGNS),
    "null stratum": {name for name in DESIGNS if name.startswith("stratified")} | {"cluster", "two-stage"},
    "negative dollars": BY_SIZE,
    "null dollars": BY_SIZE | {"stratified random, Neyman"},
    "no dollars at all": BY_SIZE,
    "one unit in a stratum": set(),
}  # fmt: skip


def drawn(design: Design, units: pl.DataFrame) -> str:
    """Return what is said of a draw, or of its refusal."""
    try:
        found = draw(units, design)
    except AuditError as error:
        return f"refused: {error}"
    assert found.selected["unit_id"].null_count() == 0
    assert found.selected["unit_id"].n_unique() == found.selected.height
    chances = found.selected.get_column("inclusion_probability", default=pl.Series(["1"]))
    assert all(0 < Decimal(chance) <= 1 for chance in chances)
    manifest = make_manifest(
        found,
        name="n",
        universe=UniverseRecord("u", "encounter"),
        size_basis="test",
        software_version="0",
        drawn_at=dt.datetime(2026, 1, 1, tzinfo=dt.UTC),
    )
    memo = sampling_memo(manifest)
    assert "nan" not in memo.lower().replace("financ", "")
    return " ".join(found.warnings)


def test_every_design_is_among_them() -> None:
    methods = {design.method for design in DESIGNS.values()}
    assert methods == set(get_args(get_type_hints(Design)["method"]))
    assert set(OTHER_DRAWS) <= methods


@pytest.mark.parametrize("name", DESIGNS)
def test_a_sound_frame_is_drawn(name: str) -> None:
    assert not drawn(DESIGNS[name], frame()).startswith("refused")


@pytest.mark.parametrize("kind", REFUSED)
@pytest.mark.parametrize("name", DESIGNS)
def test_bad_frames(name: str, kind: str) -> None:
    said = drawn(DESIGNS[name], FRAMES[kind])
    assert not said.startswith("refused") or len(said) > 25
    assert said.startswith("refused") == (name in REFUSED[kind]), said


@pytest.mark.parametrize("name", [name for name in DESIGNS if name != "judgmental"])
def test_more_than_there_is_is_refused(name: str) -> None:
    design = DESIGNS[name]
    if design.per_stratum:
        # A quota takes what a small stratum has; docs/sampling.md says so.
        assert drawn(replace(design, per_stratum=900), frame()) == ""
        return
    more = replace(design, draw_count=900) if design.draw_count else replace(design, sample_count=900)
    said = drawn(more, frame())
    if design.method in {"PPS", "risk-weighted", "monetary unit"} and not said.startswith("refused"):
        # Units too large for their share are certain: all of them are drawn.
        assert draw(frame(), more).selected.height <= ROWS
        return
    assert said.startswith("refused"), said


@pytest.mark.parametrize("name", DESIGNS)
def test_a_universe_of_one_unit_is_refused_or_drawn_whole(name: str) -> None:
    said = drawn(DESIGNS[name], FRAMES["one unit"])
    assert said.startswith("refused") or draw(FRAMES["one unit"], DESIGNS[name]).selected.height == 1


def test_a_lone_unit_of_a_stratum_is_warned_of() -> None:
    lone = replace(DESIGNS["stratified random"], minimum_per_stratum=1)
    two = frame(stratum=["a", "a", *["b"] * (ROWS - 2)])
    assert "its spread cannot be estimated" in drawn(lone, two)
