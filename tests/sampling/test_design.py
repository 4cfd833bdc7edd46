from __future__ import annotations

import hashlib
from collections import Counter
from decimal import Decimal

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditlib.errors import BadInputError, UsageError
from auditlib.sampling import Drawn, design, draw_simple, draw_stratified, frame_sha256
from auditlib.sampling.tickets import lowest_tickets

from .conftest import encounter_frame

universes = st.dictionaries(
    st.text("abcdefghij0123456789", min_size=1, max_size=6), st.sampled_from("xyz"), min_size=4, max_size=40
)


def frame_of(universe: dict[str, str]) -> pl.DataFrame:
    return pl.DataFrame({"unit_id": list(universe), "stratum": list(universe.values())})


def chosen(drawn: Drawn, stratum: str | None = None) -> list[str]:
    rows = drawn.selected if stratum is None else drawn.selected.filter(pl.col("stratum") == stratum)
    return rows["unit_id"].to_list()


def by_hand(unit_ids: list[str], seed: str) -> list[str]:
    return sorted(unit_ids, key=lambda unit_id: hashlib.sha256(f"{seed},{unit_id}".encode()).hexdigest())


def test_simple_sample_is_the_lowest_tickets_and_spares_the_next() -> None:
    frame = encounter_frame(50)
    drawn = draw_simple(frame, seed="4613", sample_count=6, spare_count=3)
    assert chosen(drawn) == by_hand(frame["unit_id"].to_list(), "4613")[:9]
    assert drawn.selected["role"].to_list() == ["sample"] * 6 + ["spare"] * 3
    assert drawn.selected["selection_number"].to_list() == list(range(1, 10))
    assert drawn.selected["frame_number"].to_list() == [int(unit[1:]) for unit in chosen(drawn)]
    assert drawn.strata.rows() == [("all units", 50, Decimal("5306.25"), 6, 3)]


def test_sample_carries_the_rows_of_the_frame() -> None:
    frame = encounter_frame(50)
    sample = draw_simple(frame, seed="4613", sample_count=6, spare_count=3).sample
    assert sample.height == 6
    joined = sample.join(frame, on="unit_id", suffix="_then")
    assert joined["charge_amount"].to_list() == joined["charge_amount_then"].to_list()


@given(universes, st.integers(1, 4), st.integers(0, 9999), st.randoms(use_true_random=False))
def test_row_order_does_not_change_the_draw(universe: dict[str, str], count: int, seed: int, random) -> None:  # type: ignore[no-untyped-def] # noqa: ANN001
    shuffled = list(universe.items())
    random.shuffle(shuffled)
    frame, other = frame_of(universe), frame_of(dict(shuffled))
    assert frame_sha256(frame) == frame_sha256(other)
    first = draw_simple(frame, seed=str(seed), sample_count=count)
    second = draw_simple(other, seed=str(seed), sample_count=count)
    assert first.selected.equals(second.selected)
    assert first.frame.equals(second.frame)


@given(universes, st.integers(1, 4), st.sampled_from("xyz"))
def test_a_late_unit_reshuffles_nobody(universe: dict[str, str], count: int, late_stratum: str) -> None:
    before = draw_simple(frame_of(universe), seed="7", sample_count=count)
    after = draw_simple(frame_of(universe | {"late": late_stratum}), seed="7", sample_count=count)
    others = [unit for unit in chosen(after) if unit != "late"]
    assert others == chosen(before)[: len(others)]
    assert len(others) >= count - 1


@given(universes, st.integers(0, 3), st.sampled_from("xyz"))
def test_a_late_unit_reshuffles_nobody_within_its_stratum(
    universe: dict[str, str], spares: int, late_stratum: str
) -> None:
    def drawn(members: dict[str, str]) -> Drawn:
        strata = Counter(members.values())
        return draw_stratified(
            frame_of(members),
            seed="7",
            sample_count=max(4, len(strata)),
            spare_count=spares,
            minimum_per_stratum=1,
        )

    before, after = drawn(universe), drawn(universe | {"late": late_stratum})
    for stratum in set(universe.values()):
        old, new = chosen(before, stratum), [unit for unit in chosen(after, stratum) if unit != "late"]
        shorter = min(len(old), len(new))
        assert old[:shorter] == new[:shorter]


@given(universes, st.integers(0, 3))
def test_each_stratum_is_drawn_by_itself(universe: dict[str, str], spares: int) -> None:
    counts = {stratum: (size + 1) // 2 for stratum, size in Counter(universe.values()).items()}
    drawn = draw_stratified(frame_of(universe), seed="s", stratum_counts=counts, spare_count=spares)
    for stratum, count in counts.items():
        members = by_hand([unit for unit, home in universe.items() if home == stratum], "s")
        assert chosen(drawn, stratum) == members[: count + spares]
        rows = drawn.selected.filter(pl.col("stratum") == stratum)
        assert rows["role"].to_list() == ["sample"] * count + ["spare"] * (rows.height - count)
        assert rows["selection_number"].to_list() == list(range(1, rows.height + 1))


def test_certainty_strata_are_drawn_whole() -> None:
    drawn = draw_stratified(encounter_frame(40), seed="1", sample_count=16, certainty_strata=["inpatient"])
    counts = dict(zip(drawn.strata["stratum"], drawn.strata["sample_count"], strict=True))
    assert counts == {"emergency": 2, "inpatient": 10, "office": 4}
    assert chosen(drawn, "inpatient") == by_hand([f"E{n:03d}" for n in range(4, 41, 4)], "1")


def test_each_unit_is_drawn_about_equally_often() -> None:
    frame = pl.DataFrame({"unit_id": [f"u{n}" for n in range(20)]})
    drawn = Counter(
        unit for seed in range(2000) for unit in chosen(draw_simple(frame, seed=str(seed), sample_count=5))
    )
    # 500 expected, standard deviation 19.4
    assert all(abs(drawn[f"u{n}"] - 500) < 4 * 19.4 for n in range(20))


@pytest.mark.parametrize(("count", "spares"), [(0, 0), (-1, 0), (3, -1), (41, 0), (38, 3)])
def test_counts_that_cannot_be_are_refused(count: int, spares: int) -> None:
    with pytest.raises(UsageError, match="Asked for"):
        draw_simple(encounter_frame(40), seed="1", sample_count=count, spare_count=spares)


def test_the_whole_universe_may_be_the_sample() -> None:
    assert draw_simple(encounter_frame(40), seed="1", sample_count=40).selected.height == 40


def test_strata_must_be_known() -> None:
    with pytest.raises(BadInputError, match="column 'stratum'"):
        draw_stratified(pl.DataFrame({"unit_id": ["a", "b"]}), seed="1", sample_count=2)
    with pytest.raises(BadInputError, match="2 units of the frame have no stratum"):
        draw_stratified(
            pl.DataFrame({"unit_id": ["a", "b", "c"], "stratum": ["x", None, ""]}), seed="1", sample_count=2
        )


def test_give_a_total_or_counts_not_both() -> None:
    with pytest.raises(UsageError, match="either"):
        draw_stratified(encounter_frame(40), seed="1")
    with pytest.raises(UsageError, match="either"):
        draw_stratified(encounter_frame(40), seed="1", sample_count=9, stratum_counts={"office": 2})
    with pytest.raises(UsageError, match="certainty_strata"):
        draw_stratified(
            encounter_frame(40), seed="1", stratum_counts={"office": 2}, certainty_strata=["office"]
        )


def test_a_null_stratum_does_not_matter_to_a_simple_draw() -> None:
    frame = pl.DataFrame({"unit_id": ["a", "b", "c"], "stratum": ["x", None, "y"]})
    assert draw_simple(frame, seed="1", sample_count=3).selected["stratum"].to_list() == ["all units"] * 3


def test_a_reader_is_warned() -> None:
    frame = pl.DataFrame(
        {
            "unit_id": ["a", "b", "c", "d", "e"],
            "stratum": ["x", "x", "y", "y", "z"],
            "charge_amount": [Decimal("-1.00"), None, Decimal(2), Decimal(3), Decimal(4)],
        }
    )
    drawn = draw_stratified(frame, seed="1", stratum_counts={"x": 1, "y": 0, "z": 1}, spare_count=2)
    assert drawn.warnings == (
        "One unit of stratum 'x' is in the sample: its spread cannot be estimated.",
        "Stratum 'x' has only 1 spare.",
        "No unit of stratum 'y' is in the sample, which says nothing about it.",
        "Kept, and open to be drawn: 1 unit with a negative charge.",
        "Kept, and open to be drawn: 1 unit without a charge.",
    )


def test_a_stratum_short_of_low_tickets_is_drawn_from_all_of_them(monkeypatch: pytest.MonkeyPatch) -> None:
    frame = encounter_frame(400)
    expected = draw_simple(frame, seed="4613", sample_count=20)
    asked = []

    def few(seed: str, unit_ids: pl.Series, *, fraction: float) -> pl.DataFrame:
        asked.append(fraction)
        found = lowest_tickets(seed, unit_ids, fraction=fraction)
        return found if fraction >= 1 else found.head(3)

    monkeypatch.setattr(design, "lowest_tickets", few)
    assert draw_simple(frame, seed="4613", sample_count=20).selected.equals(expected.selected)
    assert asked[0] < 1
    assert asked[1:] == [1.0]
