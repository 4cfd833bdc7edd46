"""Limits and demands stay within what is possible, and cautions speak of the side that was asked for."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from auditlib.estimation.appraisal import Appraisal, make_appraisal
from auditlib.estimation.file_appraisal import appraise_file
from auditlib.estimation.method_input import ReviewedUnits
from auditlib.estimation.planned_size import planned_size
from auditlib.stats.estimators.estimate import Sides
from auditlib.stats.intervals.hypergeometric import hypergeometric_limits, tail_level
from tests.estimation.test_sample_gate import table


def rules(found: Appraisal) -> list[str]:
    return [caution.rule for caution in found.cautions]


def appraised(path: Path, columns: str, rows: Iterable[str], **named: object) -> Appraisal:
    file = table(path / "r.csv", columns, ((row,) for row in rows))
    return appraise_file(file, **named).appraisal  # type: ignore[arg-type]


# Cautions of the side asked for

SKEWED = ["0"] * 180 + ["100"] * 14 + ["900", "1200", "4000", "2500", "3000", "5000"]


@pytest.mark.parametrize(
    ("sides", "sign", "warned"),
    [
        ("two-sided", "", True),
        ("lower", "", False),
        ("upper", "", True),
        ("two-sided", "-", True),
        ("lower", "-", True),
        ("upper", "-", False),
    ],
)
def test_skewness_warns_of_the_limit_that_is_short(
    tmp_path: Path, sides: Sides, sign: str, *, warned: bool
) -> None:
    values = [sign + value if value != "0" else value for value in SKEWED]
    found = appraised(tmp_path, "value", values, universe_count=8000, sides=sides)
    assert found.may_fail is warned
    assert bool(found.cautions) is warned


def test_a_demanded_lower_limit_is_warned_of_whatever_side_is_asked_for(tmp_path: Path) -> None:
    values = [f"-{value}" if value != "0" else value for value in SKEWED]
    named = {"universe_count": 8000, "sides": "upper"}
    assert not appraised(tmp_path, "value", values, **named).cautions
    assert "skewness" in rules(appraised(tmp_path, "value", values, programme="PIM", **named))
    assert not appraised(tmp_path, "value", values, programme="SDP", **named).cautions


def test_few_underpayments_leave_the_lower_limit_short(tmp_path: Path) -> None:
    rows = ["-50", "-20", *["0"] * 150]
    assert "few errors" in rules(appraised(tmp_path, "value", rows, universe_count=900, sides="lower"))
    assert "few errors" not in rules(appraised(tmp_path, "value", rows, universe_count=900, sides="upper"))


# A census, and strata reviewed whole


@pytest.mark.parametrize(
    ("method", "columns", "rows", "universe"),
    [
        ("variable", "value", "5 0 9", 3),
        ("stratified", "stratum,universe_count,value", "a,2,5 a,2,0 b,1,9", None),
        ("post-stratified", "stratum,universe_count,value", "a,2,5 a,2,0 b,1,9", 3),
        ("cluster", "cluster,value", "a,1 a,2 b,3", 2),
        ("two-stage", "primary,size,value", "a,2,1 a,2,2 b,1,3", 2),
        ("ratio", "base,value", "5,1 6,0 7,7", 3),
        ("unequal", "inclusion_probability,value", "1,5 1,2", None),
        ("attribute-cluster", "item_count,element_count", "1,4 2,5", 2),
        ("attribute-stratified", "stratum,item_count,sample_count,universe_count", "a,2,5,5 b,1,3,3", None),
    ],
)
def test_a_census_has_no_caution(
    tmp_path: Path, method: str, columns: str, rows: str, universe: int | None
) -> None:
    found = appraised(tmp_path, columns, rows.split(), method=method, universe_count=universe)
    assert found.cautions == ()
    if method == "post-stratified":
        # RAT-STATS' second term has no finite correction: it leaves a standard error.
        assert found.found.figures[0].standard_error > 0
        return
    assert found.is_census
    file = appraise_file(tmp_path / "r.csv", method=method, universe_count=universe)
    assert "Every unit was reviewed" in file.paper


def test_a_stratum_reviewed_whole_counts_for_no_caution(tmp_path: Path) -> None:
    rows = [f"a,1000,{10 + number % 7}" for number in range(60)] + ["b,1,90000"] + ["c,2,0", "c,2,9"]
    found = appraised(tmp_path, "stratum,universe_count,value", rows, method="stratified")
    # Nothing is said of the strata that are known, nor of errors everywhere whose amounts vary.
    assert rules(found) == ["small sample"]
    short = [f"a,1000,{number % 5 * 10}" for number in range(19)] + ["b,1,90000"]
    small = appraised(tmp_path, "stratum,universe_count,value", short, method="stratified")
    assert any(caution.message.startswith("1 stratum with fewer") for caution in small.cautions)


def test_a_standard_error_of_zero_is_said_beside_the_demand(tmp_path: Path) -> None:
    file = table(tmp_path / "r.csv", "examined,audited", [(100, 0)] * 120)
    found = appraise_file(file, universe_count=1000, programme="PIM")
    assert "no spread" in rules(found.appraisal)
    assert not found.appraisal.is_census
    assert found.appraisal.demanded is not None
    assert any("standard error is 0" in note for note in found.appraisal.demanded.notes)
    demand = found.paper.split("## Figure demanded")[1]
    assert "standard error is 0 although not every unit was reviewed" in demand


# What is possible


def test_no_limit_is_beyond_what_the_universe_was_paid(tmp_path: Path) -> None:
    rows = ["9000,0", "7000,0", "500,100", "400,0", "300,50", *["100,100"] * 35]
    words = {"universe_count": 3000, "base_total": 200_000.0, "confidence": (0.9,)}
    found = appraised(tmp_path, "examined,audited", rows, **words)
    assert "beyond what was paid" in rules(found)
    for limits in found.beside:
        if limits.quantity == "total" and not limits.missing:
            assert (limits.upper or 0) <= 200_000
    assert any("beyond what the universe was paid" in limits.missing for limits in found.beside)
    # The row that RAT-STATS prints stays as it is.
    assert found.found.figures[0].limits(0.9, "two-sided")[1] > 200_000
    # 17,150 of 40 sampled units expand to more than was paid at all: no more than that is demanded.
    demanded = appraised(tmp_path, "examined,audited", rows, programme="SDP", **words).demanded
    assert demanded is not None
    assert demanded.demand == 200_000
    assert "no more is demanded" in demanded.notes[0]
    # Amounts below zero leave no such bound.
    free = appraised(tmp_path, "examined,audited", [*rows[1:], "100,-9000"], **words)
    assert free.paid_amount is None


def test_no_demand_is_below_what_the_sample_found(tmp_path: Path) -> None:
    rows = ["900", *["0"] * 99]
    found = appraised(tmp_path, "value", rows, universe_count=5000, programme="PIM")
    assert found.demanded is not None
    assert found.demanded.interval.lower < 900
    assert found.demanded.demand == 900
    assert "below what the sample itself found" in found.demanded.notes[0]


@given(
    values=st.lists(st.integers(-300, 900), min_size=3, max_size=40),
    factor=st.integers(1, 60),
    programme=st.sampled_from(["PIM", "OIG", "SDP", "CIA"]),
)
@settings(max_examples=60, deadline=None)
def test_a_demand_lies_between_what_was_found_and_what_was_paid(
    values: list[int], factor: int, programme: str
) -> None:
    import polars as pl  # noqa: PLC0415 - the table of one test

    from auditlib.estimation.number_table import NumberTable  # noqa: PLC0415

    frame = pl.DataFrame(
        {"examined": ["900"] * len(values), "audited": [str(900 - value) for value in values]}
    )
    universe = len(values) * factor
    units = ReviewedUnits(NumberTable("r.csv", frame), universe, base_total=900.0 * universe)
    found = make_appraisal("variable", units, programme=programme)
    assert found.demanded is not None
    netted = [max(0, value) if programme == "SDP" else value for value in values]
    assert max(0, sum(netted)) - 1e-6 <= found.demanded.demand <= 900 * universe + 1e-6
    if factor == 1:
        assert found.demanded.demand == pytest.approx(max(0, sum(netted)))
        assert not found.may_fail


@pytest.mark.parametrize(("items", "sample", "universe"), [(0, 10, 302), (3, 9, 40), (5, 5, 12), (2, 2, 2)])
def test_items_of_a_stratum_are_exact_and_possible(
    tmp_path: Path, items: int, sample: int, universe: int
) -> None:
    rows = [f"a,{items},{sample},{universe}", "b,4,30,500"]
    found = appraised(
        tmp_path, "stratum,item_count,sample_count,universe_count", rows, method="attribute-stratified"
    )
    figure = {one.name: one for one in found.found.figures}["items in stratum a"]
    lower, upper = figure.limits(0.95, "two-sided")
    assert (lower, upper) == hypergeometric_limits(
        items, sample, universe, tail=tail_level(0.95, one_sided=False)
    )
    assert items <= lower <= upper <= universe - sample + items


# Bounds of overpayments alone


def test_bounds_of_overpayments_alone_are_named_so(tmp_path: Path) -> None:
    rows = ["100,0"] * 6 + ["100,700"] * 4 + ["100,100"] * 90
    rest = table(tmp_path / "rest.csv", "paid", [(100,)] * 900)
    file = table(tmp_path / "r.csv", "examined,audited", ((row,) for row in rows))
    found = appraise_file(
        file,
        universe_count=1000,
        unreviewed=rest,
        programme="PIM",
        sides="lower",
        confidence=(0.9,),
        all_methods=True,
    )
    row = next(limits for limits in found.appraisal.beside if limits.method == "minimum sum")
    assert row.quantity == "overpayments alone, not netted"
    assert "holds for overpayments alone" in found.paper
    conclusion = found.paper.split("## Conclusion")[1]
    assert "(minimum sum)" not in conclusion
    assert "For a net total where large underpayments are rare: the limits by rank gaps" in conclusion


# Sizes


def test_a_size_for_no_error_expected_is_given() -> None:
    # 0 of 48 leaves up to 601 of 10,000 possible, 0 of 49 up to 589: the first within 6 points.
    size = planned_size("attribute", universe_count=10_000, rate=0, width=0.06)
    tail = tail_level(0.90, one_sided=False)
    assert hypergeometric_limits(0, size.count, 10_000, tail=tail)[1] <= 600
    assert hypergeometric_limits(0, size.count - 1, 10_000, tail=tail)[1] > 600
    assert size.count == 49
    assert planned_size("attribute", universe_count=10_000, rate=1, width=0.06).count == 49
    assert size.others == {}


def test_a_small_size_for_a_share_is_warned_of() -> None:
    assert any("Below 30 units" in note for note in planned_size("share", rate=0.02, precision=0.1).notes)
    assert planned_size("share", rate=0.5, precision=0.1).notes == ()
