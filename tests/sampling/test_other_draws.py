from __future__ import annotations

import datetime as dt
import itertools
import json
from collections import Counter
from decimal import Decimal
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from auditlib.errors import BadInputError, UsageError
from auditlib.sampling import (
    Design,
    Manifest,
    SampleRequest,
    UniverseRecord,
    design_of,
    draw,
    make_manifest,
    sampling_memo,
    write_manifest,
)
from auditlib.sampling.boundaries import cumulative_root_boundaries, lavallee_hidiroglou_boundaries
from auditlib.sampling.dollar_strata import with_dollar_strata
from auditlib.sampling.expectation import Expectation, planned_sizes
from auditlib.sampling.extrapolation import require_extrapolation
from auditlib.sampling.manifest import read_manifest
from auditlib.sampling.verify import verify_manifest
from auditlib.stats.ratstats.random_numbers import draw_numbers, draw_sets, select_rhc
from tests.sampling.conftest import encounter_frame

STRATIFIED = {"method": "stratified random"}
DESIGNS = {
    "systematic": Design("systematic", "4613", 7),
    "systematic by date": Design("systematic", "4613", 7, order_by=("service_date",)),
    "cluster": Design("cluster", "4613", 0, cluster_column="stratum", draw_count=2),
    "two-stage": Design("two-stage", "4613", 0, cluster_column="stratum", draw_count=2, units_per_cluster=3),
    "PPS": Design("PPS", "4613", 6, size_column="charge_amount"),
    "monetary unit": Design("monetary unit", "4613", 0, size_column="charge_amount", draw_count=9),
    "RHC": Design("RHC", "4613", 0, size_column="charge_amount", draw_count=5),
    "judgmental": Design("judgmental", "", 0, listed=("E007", "E003"), reason="The payer asked for them."),
    "quota": Design("stratified random", "4613", 0, allocation="quota", per_stratum=3, spare_count=1),
    "Neyman": Design("stratified random", "4613", 12, allocation="Neyman", minimum_per_stratum=2),
    "RAT-STATS": Design("simple random", "48863.78", 10, 4, generator="RAT-STATS 2005-2010"),
    "RAT-STATS strata": Design(
        "stratified random", "1 2.5 77", 9, allocation="proportional", generator="RAT-STATS 2005-2010"
    ),
    "RAT-STATS RHC": Design(
        "RHC",
        "100",
        0,
        size_column="charge_amount",
        draw_count=5,
        second_seed="200",
        generator="RAT-STATS 2005-2010",
    ),
    "discovery": Design("simple random", "4613", 5, purpose="discovery"),
}


def manifest_of(frame: pl.DataFrame, design: Design, name: str = "Any design") -> Manifest:
    return make_manifest(
        draw(frame, design),
        name=name,
        universe=UniverseRecord(name="Encounters", unit="encounter"),
        size_basis="Audit plan.",
        software_version="0.1.0",
        drawn_at=dt.datetime(2026, 10, 5, tzinfo=dt.UTC),
    )


@pytest.mark.parametrize("name", DESIGNS)
def test_every_design_is_drawn_again_from_its_files_alone(tmp_path: Path, name: str) -> None:
    frame = encounter_frame(40)
    path = write_manifest(
        manifest_of(frame, DESIGNS[name]), frame.sample(fraction=1, shuffle=True, seed=1), tmp_path
    )
    check = verify_manifest(path)
    assert check.is_verified, check.summary
    moved = tmp_path / "elsewhere"
    moved.mkdir()
    again = write_manifest(manifest_of(frame.reverse(), DESIGNS[name]), frame, moved)
    for file in tmp_path.glob("Any design*"):
        assert (moved / file.name).read_bytes() == file.read_bytes()
    assert verify_manifest(again).is_verified
    assert sampling_memo(read_manifest(path)).startswith("# Sampling memo")


@pytest.mark.parametrize("name", DESIGNS)
def test_a_changed_cell_a_missing_row_and_a_swapped_unit_are_refused(tmp_path: Path, name: str) -> None:
    frame = encounter_frame(40)
    path = write_manifest(manifest_of(frame, DESIGNS[name]), frame, tmp_path)
    manifest = read_manifest(path)
    csv = tmp_path / manifest.frame.file_name
    text = csv.read_text(encoding="utf-8")
    csv.write_text(text.replace("E005,", "E005x,", 1), encoding="utf-8")
    assert not verify_manifest(path).is_verified
    lines = text.splitlines(keepends=True)
    csv.write_text("".join([*lines[:5], *lines[6:]]), encoding="utf-8")
    assert "missing" in verify_manifest(path).summary
    csv.write_text("".join([lines[0], *reversed(lines[1:])]), encoding="utf-8")
    assert [item.kind for item in verify_manifest(path).differences] == ["frame order"]
    csv.write_text(text, encoding="utf-8")
    content = json.loads(path.read_text(encoding="utf-8"))
    drawn = {unit["unit_id"] for unit in content["selected"]}
    other = next(unit for unit in frame["unit_id"] if unit not in drawn)
    content["selected"][0]["unit_id"] = other
    path.write_text(json.dumps(content, indent=2) + "\n", encoding="utf-8")
    assert "manifest edited" in {item.kind for item in verify_manifest(path).differences}


amounts = st.lists(st.integers(1, 9_000), min_size=6, max_size=30)


@settings(deadline=None, max_examples=40)
@given(amounts, st.integers(2, 5), st.integers(0, 99))
def test_chances_by_size_add_up_to_the_sample(cents: list[int], count: int, seed: int) -> None:
    frame = pl.DataFrame(
        {
            "unit_id": [f"u{n:02}" for n in range(len(cents))],
            "charge_amount": [Decimal(c) / 100 for c in cents],
        }
    )
    drawn = draw(frame, Design("PPS", str(seed), count, size_column="charge_amount"))
    assert drawn.selected.height == count == drawn.selected["unit_id"].n_unique()
    chances = {row["unit_id"]: Decimal(row["inclusion_probability"]) for row in drawn.selected.to_dicts()}
    assert all(0 < chance <= 1 for chance in chances.values())
    uncertain = [unit for unit, chance in chances.items() if chance < 1]
    left = count - (len(chances) - len(uncertain))
    certain = {unit for unit in chances if unit not in uncertain}
    rest = sum(c for n, c in enumerate(cents) if f"u{n:02}" not in certain)
    for unit in uncertain:
        assert float(chances[unit]) == pytest.approx(left * cents[int(unit[1:])] / rest)


@pytest.mark.parametrize("method", ["PPS", "monetary unit", "RHC"])
def test_units_are_drawn_as_often_as_their_recorded_chance(method: str) -> None:
    cents = [100, 200, 300, 400, 500, 500]
    frame = pl.DataFrame(
        {"unit_id": [f"u{n}" for n in range(6)], "charge_amount": [Decimal(c) / 100 for c in cents]}
    )
    counts: Counter[str] = Counter()
    weighted: Counter[str] = Counter()
    runs = 1500
    for seed in range(runs):
        design = Design(method, str(seed), 2, size_column="charge_amount", draw_count=2)  # type: ignore[arg-type]
        selected = draw(frame, design).selected
        counts.update(selected["unit_id"])
        for row in selected.iter_rows(named=True):
            weighted[row["unit_id"]] += 1 / float(row["inclusion_probability"])
    # Every unit's expanded count is unbiased for 1, whatever the chances.
    assert all(abs(weighted[unit] / runs - 1) < 0.2 for unit in frame["unit_id"])
    if method != "RHC":
        assert all(abs(counts[f"u{n}"] / runs - 2 * c / 2000) < 0.06 for n, c in enumerate(cents))


def test_a_systematic_sample_has_its_interval() -> None:
    numbers = draw(encounter_frame(40), Design("systematic", "1", 8)).selected["frame_number"].to_list()
    assert {second - first for first, second in itertools.pairwise(numbers)} == {5}
    starts = Counter(
        draw(encounter_frame(40), Design("systematic", str(seed), 8)).selected["frame_number"][0]
        for seed in range(500)
    )
    assert set(starts) == {1, 2, 3, 4, 5}
    assert min(starts.values()) > 60


def test_clusters_come_whole_and_stages_in_part() -> None:
    frame = encounter_frame(40)
    whole = draw(frame, DESIGNS["cluster"])
    sizes = dict(frame.group_by("stratum").len().iter_rows())
    assert Counter(whole.selected["cluster"]) == {n: sizes[n] for n in whole.selected["cluster"].unique()}
    part = draw(frame, DESIGNS["two-stage"])
    assert set(Counter(part.selected["cluster"]).values()) == {3}
    assert part.design.sample_count == 6


def test_a_dollar_may_fall_twice_on_a_large_unit() -> None:
    frame = pl.DataFrame({"unit_id": ["a", "b"], "charge_amount": [Decimal(1), Decimal(99)]})
    drawn = draw(frame, Design("monetary unit", "1", 0, size_column="charge_amount", draw_count=10))
    hits = dict(zip(drawn.selected["unit_id"], drawn.selected["hit_count"], strict=True))
    assert hits["b"] in {9, 10}
    assert sum(hits.values()) == 10


def test_ratstats_draws_are_those_of_the_program() -> None:
    frame = encounter_frame(40)
    numbers = [n for (n,) in draw_numbers(48863.78, 1, 40, sample_count=10, spare_count=4).selection_order]
    drawn = draw(frame, DESIGNS["RAT-STATS"])
    assert drawn.selected["frame_number"].to_list()[:10] == numbers
    assert drawn.selected["ticket"].to_list()[:10] == [str(n) for n in numbers]
    rhc = draw(frame, DESIGNS["RAT-STATS RHC"])
    sizes = [float(amount) for amount in frame["charge_amount"]]
    expected = select_rhc(sizes, group_count=5, grouping_seed=100, selection_seed=200).selected
    assert rhc.selected["frame_number"].to_list() == list(expected)


def test_ratstats_sets_and_frames_number_the_units() -> None:
    cells = [(page, line) for page in range(3, 9) for line in range(1, 6)]
    frame = pl.DataFrame(
        {
            "unit_id": [f"p{page:02}l{line}" for page, line in cells],
            "page": [page for page, _ in cells],
            "line": [line for _, line in cells],
        }
    ).sample(fraction=1, shuffle=True, seed=3)
    design = Design(
        "simple random",
        "12345",
        6,
        order_by=("page", "line"),
        numbering="sets",
        generator="RAT-STATS 2005-2010",
    )
    sets = draw_sets(12345, [(3, 8), (1, 5)], sample_count=6).selection_order
    assert draw(frame, design).selected["unit_id"].to_list() == [f"p{page:02}l{line}" for page, line in sets]
    framed = Design(
        "simple random",
        "12345",
        6,
        order_by=("page", "line"),
        numbering="frames",
        generator="RAT-STATS 2005-2010",
    )
    numbers = [n for (n,) in draw_numbers(12345, 1, 30, sample_count=6).selection_order]
    assert draw(frame, framed).selected["unit_id"].to_list() == [
        f"p{cells[n - 1][0]:02}l{cells[n - 1][1]}" for n in numbers
    ]
    with pytest.raises(BadInputError, match="sets that do not exist"):
        draw(frame.filter(pl.col("unit_id") != "p05l3"), design)
    with pytest.raises(BadInputError, match="gaps"):
        draw(frame.filter(pl.col("unit_id") != "p05l3"), framed)


@pytest.mark.parametrize(
    ("design", "message"),
    [
        (Design("systematic", "1", 41), "there are 40"),
        (Design("systematic", "1", 3, 1), "no spares"),
        (Design("systematic", "1", 3, order_by=("service_from",)), "no column 'service_from' to order by"),
        (Design("cluster", "1", 0, draw_count=2), "needs the column whose values are the clusters"),
        (Design("cluster", "1", 0, cluster_column="none", draw_count=1), "no column 'none'"),
        (Design("cluster", "1", 0, cluster_column="payer_name", draw_count=1), "have no payer_name"),
        (Design("cluster", "1", 0, cluster_column="stratum", draw_count=4), "there are 3"),
        (Design("two-stage", "1", 0, cluster_column="stratum", draw_count=2), "number of units"),
        (Design("PPS", "1", 2, size_column="stratum"), "no amounts"),
        (Design("PPS", "1", 0, size_column="charge_amount"), "Asked for 0"),
        (Design("judgmental", "", 0, listed=("E001",)), "reason"),
        (Design("judgmental", "", 0, listed=("E999",), reason="x"), "not in the universe"),
        (Design("judgmental", "", 0, listed=("E001", "E001"), reason="x"), "more than once"),
        (Design("simple random", "dice", 2, generator="RAT-STATS 2005-2010"), "not a seed"),
        (
            Design("stratified random", "1", 9, allocation="proportional", generator="RAT-STATS 2005-2010"),
            "3 seeds are needed",
        ),
        (
            Design("stratified random", "1", 9, allocation="proportional", boundaries=(Decimal(5),)),
            "boundaries",
        ),
    ],
)
def test_designs_that_cannot_be_drawn_are_refused(design: Design, message: str) -> None:
    with pytest.raises((UsageError, BadInputError), match=message):
        draw(encounter_frame(40), design)


def test_negative_and_missing_sizes_are_refused_and_zero_is_told() -> None:
    def frame(*sizes: Decimal | None) -> pl.DataFrame:
        return pl.DataFrame(
            {"unit_id": [f"u{n}" for n in range(len(sizes))], "charge_amount": sizes},
            schema_overrides={"charge_amount": pl.Decimal(18, 2)},
        )

    design = Design("PPS", "1", 1, size_column="charge_amount")
    with pytest.raises(BadInputError, match="1 units have a negative charge_amount"):
        draw(frame(Decimal(1), Decimal(-1)), design)
    with pytest.raises(BadInputError, match="1 units of the frame have no charge_amount"):
        draw(frame(Decimal(1), None), design)
    with pytest.raises(BadInputError, match="All units"):
        draw(frame(Decimal(0), Decimal(0)), design)
    drawn = draw(frame(Decimal(0), Decimal(2)), design)
    assert drawn.warnings == ("1 units with a charge_amount of 0 could not be drawn.",)


def test_a_judgmental_sample_speaks_for_no_other_unit() -> None:
    manifest = manifest_of(encounter_frame(40), DESIGNS["judgmental"])
    with pytest.raises(UsageError, match="says nothing about other units"):
        require_extrapolation(manifest)
    assert "judgmental sample" in sampling_memo(manifest)
    require_extrapolation(manifest_of(encounter_frame(40), DESIGNS["PPS"]), method="unequal")
    with pytest.raises(UsageError, match="not for that design"):
        require_extrapolation(manifest_of(encounter_frame(40), DESIGNS["PPS"]), method="variable")


def test_neyman_gives_more_to_the_stratum_that_spreads() -> None:
    frame = pl.DataFrame(
        {
            "unit_id": [f"u{n:03}" for n in range(60)],
            "stratum": ["flat"] * 40 + ["steep"] * 20,
            "charge_amount": [Decimal(100 + n % 2) for n in range(40)]
            + [Decimal(100 * n) for n in range(20)],
        }
    )
    drawn = draw(frame, Design("stratified random", "1", 15, allocation="Neyman", minimum_per_stratum=2))
    assert dict(zip(drawn.strata["stratum"], drawn.strata["sample_count"], strict=True)) == {
        "flat": 2,
        "steep": 13,
    }
    most = draw(frame, Design("stratified random", "1", 30, allocation="Neyman", minimum_per_stratum=2))
    assert most.strata["sample_count"].to_list() == [10, 20]


def test_strata_by_dollars_are_cut_and_recorded(tmp_path: Path) -> None:
    charges = [Decimal(int(100 * 1.06**n)) / 100 for n in range(300)]
    frame = pl.DataFrame({"unit_id": [f"u{n:03}" for n in range(300)], "charge_amount": charges})
    for cut in (cumulative_root_boundaries, lavallee_hidiroglou_boundaries):
        boundaries = cut(frame["charge_amount"], 4)
        assert list(boundaries) == sorted(set(boundaries))
        stratified = with_dollar_strata(frame, boundaries)
        assert stratified["stratum"].n_unique() == 4
        design = Design(
            "stratified random", "7", 40, allocation="Neyman", minimum_per_stratum=2, boundaries=boundaries
        )
        folder = tmp_path / cut.__name__
        path = write_manifest(manifest_of(stratified, design), stratified, folder)
        assert verify_manifest(path).is_verified
        assert read_manifest(path).design.boundaries == boundaries
    with pytest.raises(UsageError, match="different amounts"):
        cumulative_root_boundaries(pl.Series([Decimal(1), Decimal(1)]), 2)


def test_lavallee_and_hidiroglou_need_fewer_units_than_equal_cuts() -> None:
    charges = pl.Series([Decimal(int(100 * 1.06**n)) / 100 for n in range(300)])

    def needed(cuts: tuple[Decimal, ...]) -> float:
        edges = [Decimal(-1), *cuts, Decimal(10**12)]
        strata = [[float(c) for c in charges if low <= c < high] for low, high in itertools.pairwise(edges)]
        spread = within = 0.0
        for part in strata[:-1]:
            deviation = pl.Series(part).std()
            assert isinstance(deviation, float)
            spread += len(part) * deviation
            within += len(part) * deviation**2
        reach = 0.05 * float(charges.sum())
        return len(strata[-1]) + spread**2 / (reach**2 + within)

    best = needed(lavallee_hidiroglou_boundaries(charges, 4))
    assert best <= needed(cumulative_root_boundaries(charges, 4)) + 1e-9
    assert best <= needed((charges[75], charges[150], charges[225]))


def test_one_unit_by_chance_is_told_to_leave_no_spread() -> None:
    drawn = draw(encounter_frame(40), Design("PPS", "1", 1, size_column="charge_amount"))
    assert any("One unit was drawn by chance" in warning for warning in drawn.warnings)


@pytest.mark.parametrize("given", ["nan", "100,inf", "a,b", ","])
def test_boundaries_that_are_no_amounts_are_refused(given: str) -> None:
    request = SampleRequest("stratified", seed="1", count=9, dollar_strata=given)
    with pytest.raises(UsageError, match="are no boundaries"):
        design_of(request, encounter_frame(40))


def test_no_size_by_normal_theory_where_no_error_is_expected() -> None:
    sizes = planned_sizes(encounter_frame(40), Expectation(error_rate=0.0))
    assert [size.question for size in sizes] == ["share of units in error, exact interval of 10 points"]
