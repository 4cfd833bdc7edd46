"""Limits of a net total in appraisals: recommended where amounts hide, never beyond what is possible."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from auditlib.cli.main import main
from auditlib.errors import UsageError
from auditlib.estimation.appraisal import Appraisal, make_appraisal
from auditlib.estimation.file_appraisal import FileAppraisal, appraise_file
from auditlib.estimation.method_input import ReviewedUnits, values_of
from auditlib.estimation.number_table import NumberTable
from auditlib.estimation.planned_size import planned_size
from auditlib.estimation.robust_methods import NET_TOTAL, OVERPAYMENTS_ALONE, OtherLimits
from auditlib.estimation.workpaper import guarantee
from auditlib.sampling import Universe
from auditlib.sampling.request import SampleRequest
from auditlib.stats.intervals.net_total import NetStratum, net_total_limits
from tests.estimation.test_sample_gate import table
from tests.widgets.test_sample_planner import small_workbench

# Frequent overpayments of 100, and one of a hundred units underpaid by 1,900.
ROWS = [(100, 0)] * 60 + [(100, 100)] * 39 + [(100, 2000)]
VALUES = [float(paid - right) for paid, right in ROWS]
REST = [(100,)] * 900


def appraised(path: Path, **named: Any) -> FileAppraisal:  # noqa: ANN401 - options of the appraisal
    file = table(path / "r.csv", "examined,audited", ROWS)
    rest = table(path / "rest.csv", "paid", REST)
    asked: dict[str, Any] = {"universe_count": 1000, "unreviewed": rest, "confidence": (0.9,)}
    return appraise_file(file, **(asked | named))


def net_row(found: Appraisal) -> OtherLimits:
    return next(limits for limits in found.beside if limits.quantity == NET_TOTAL)


# Recommended where the sample or the frame shows the danger


def test_a_rare_large_underpayment_asks_for_the_most_there_can_be(tmp_path: Path) -> None:
    found = appraised(tmp_path, sides="lower").appraisal
    assert "--largest-underpayment" in net_row(found).missing
    assert "A unit can have been paid 1,900.00 too little" in found.on_net_total[0]
    assert any("without it nothing bounds a net total" in sentence for sentence in found.on_net_total)


def test_stated_it_gives_the_limit_beside_the_textbooks(tmp_path: Path) -> None:
    found = appraised(tmp_path, sides="lower", largest_underpayment=2000, programme="PIM")
    row = net_row(found.appraisal)
    expected = net_total_limits([NetStratum(VALUES, 1000, 2000.0)], confidence=0.9, sides="lower").lower
    assert row.lower == expected
    assert guarantee(row) == "held in every simulation"
    demanded = found.appraisal.demanded
    assert demanded is not None
    assert expected < demanded.demand
    assert f"by rank gaps the lower limit of the net total (90 %, lower) is {expected:,.2f}" in found.paper
    assert "Largest underpayment of a unit, as stated: 2,000.00" in found.paper
    assert f"At 90 %, net total: at least {expected:,.2f}" in found.paper.split("## Conclusion")[1]


def test_a_sound_sample_is_recommended_nothing(tmp_path: Path) -> None:
    rows = [(100, 40 if number % 2 else 100) for number in range(100)]
    file = table(tmp_path / "r.csv", "examined,audited", rows)
    rest = table(tmp_path / "rest.csv", "paid", REST)
    found = appraise_file(file, universe_count=1000, unreviewed=rest, sides="lower").appraisal
    assert found.on_net_total == ()
    assert found.beside == ()


def test_large_payments_that_were_not_reviewed_are_said(tmp_path: Path) -> None:
    """The frame shows what the sample does not: a payment a hundred times as large."""
    rows = [(100, 40 if number % 2 else 100) for number in range(100)]
    file = table(tmp_path / "r.csv", "examined,audited", rows)
    rest = table(tmp_path / "rest.csv", "paid", [*REST[1:], (10_000,)])
    appraised = partial(appraise_file, file, universe_count=1000, unreviewed=rest, confidence=(0.9,))
    found = appraised(sides="upper").appraisal
    assert found.on_net_total[0].startswith("Payments up to 10,000.00 were not reviewed")
    assert not any("--largest-underpayment" in sentence for sentence in found.on_net_total)
    row = net_row(found)
    assert row.upper is not None
    assert row.upper > found.found.figures[0].limits(0.9, "upper")[1]
    assert appraised(sides="lower").appraisal.on_net_total == ()


def test_payments_of_a_part_bound_nothing(tmp_path: Path) -> None:
    short = table(tmp_path / "short.csv", "paid", REST[:50])
    found = appraised(tmp_path, unreviewed=short, programme="SDP").appraisal
    assert found.paid_amount is None
    assert found.demanded is not None
    assert found.demanded.demand == 1000 * 60
    assert not any(caution.rule == "beyond what was paid" for caution in found.cautions)
    assert (
        "50 payments of units not reviewed are given; 900 are needed"
        in net_row(
            appraised(tmp_path, unreviewed=short, all_methods=True, largest_underpayment=2000).appraisal
        ).missing
    )


def test_nothing_is_said_of_payments_that_are_not_known(tmp_path: Path) -> None:
    file = table(tmp_path / "r.csv", "examined,audited", [(5, 5), (9, 0), (7, 7)])
    found = appraise_file(file, universe_count=50, all_methods=True).appraisal
    assert found.on_net_total == ()


def test_a_size_is_named_where_the_limit_shows_nothing(tmp_path: Path) -> None:
    found = appraised(tmp_path, sides="lower", largest_underpayment=2000).appraisal
    limit = net_row(found).lower
    assert limit is not None
    assert limit < 0
    sentence = found.on_net_total[-1]
    assert "shows no overpayment at 90 %" in sentence
    probe = tmp_path / "r.csv"
    # Two-sided 80 % has the lower limit of one-sided 90 %.
    size = planned_size(
        "net", universe_count=1000, probe=probe, largest_underpayment=2000, precision=1.0, confidence=0.8
    )
    assert f"above 0 from about {size.count:,} reviewed units" in sentence
    nearer = planned_size(
        "net", universe_count=1000, probe=probe, largest_underpayment=2000, precision=0.5, confidence=0.8
    )
    assert nearer.count > size.count == nearer.others["a lower limit above 0"] > len(ROWS)
    with pytest.raises(UsageError, match="needs --largest-underpayment"):
        planned_size("net", universe_count=1000, probe=probe, precision=1.0)


# As a method


def test_the_method_net_has_those_limits(tmp_path: Path) -> None:
    found = appraised(tmp_path, method="net", largest_underpayment=2000, programme="PIM")
    figure = found.appraisal.found.figures[0]
    known = NetStratum(VALUES, 1000, 2000.0, [100.0] * 900)
    interval = net_total_limits([known], confidence=0.9)
    assert figure.limits(0.9, "two-sided") == (interval.lower, interval.upper)
    assert figure.point == 1000 * sum(VALUES) / len(VALUES)
    demanded = found.appraisal.demanded
    assert demanded is not None
    assert demanded.interval.lower == net_total_limits([known], confidence=0.9, sides="lower").lower
    # Its lower limit is below 0: no less than what the sample found is demanded.
    assert demanded.demand == sum(VALUES)
    assert "The limits are not the textbook's" in found.paper
    assert not found.appraisal.is_census


@pytest.mark.parametrize(("programme", "lowest"), [("SDP", 6000.0), ("CERT", 7900.0), ("OIG", 4100.0)])
def test_netting_is_the_programmes(tmp_path: Path, programme: str, lowest: float) -> None:
    found = appraised(tmp_path, method="net", largest_underpayment=2000, programme=programme)
    assert found.appraisal.demanded is not None
    assert found.appraisal.demanded.demand >= lowest
    beside = appraised(tmp_path, programme=programme).appraisal.demanded
    assert beside is not None
    if beside.programme.demand == "point estimate":
        assert found.appraisal.demanded.demand == beside.demand


def test_a_largest_underpayment_is_never_ignored(tmp_path: Path) -> None:
    rows = [(number // 2, 100, 40) for number in range(40)]
    file = table(tmp_path / "c.csv", "cluster,examined,audited", rows)
    with pytest.raises(UsageError, match="'cluster' has no limits of a net total"):
        appraise_file(file, method="cluster", universe_count=90, largest_underpayment=50)
    sound = table(tmp_path / "v.csv", "value", [(40 + number % 20,) for number in range(100)])
    found = appraise_file(sound, universe_count=900, largest_underpayment=50, sides="lower")
    assert [limits.quantity for limits in found.appraisal.beside] == [NET_TOTAL] * 3
    with pytest.raises(UsageError, match="must be at least 0"):
        appraise_file(sound, universe_count=900, largest_underpayment=-1)


def test_without_any_maximum_the_method_is_refused(tmp_path: Path) -> None:
    file = table(tmp_path / "r.csv", "examined,audited", ROWS)
    with pytest.raises(UsageError, match="the sample alone bounds nothing"):
        appraise_file(file, method="net", universe_count=1000)
    with pytest.raises(UsageError, match="demands a lower limit"):
        appraised(tmp_path, method="net", programme="OIG")


def test_a_census_by_the_method_has_no_doubt(tmp_path: Path) -> None:
    file = table(tmp_path / "r.csv", "examined,audited", ROWS)
    found = appraise_file(file, method="net", universe_count=100, largest_underpayment=0)
    assert found.appraisal.is_census
    assert found.appraisal.found.figures[0].limits(0.9, "two-sided") == (sum(VALUES), sum(VALUES))


def test_maxima_by_unit_come_from_the_column(tmp_path: Path) -> None:
    rest = table(tmp_path / "u.csv", "paid,underpaid_at_most", [(100, 2000), *[(100, 50)] * 899])
    each = net_row(appraised(tmp_path, sides="lower", unreviewed=rest).appraisal)
    same = net_row(appraised(tmp_path, sides="lower", largest_underpayment=2000).appraisal)
    assert each.lower is not None
    assert same.lower is not None
    assert each.lower > same.lower


def test_strata_are_bounded_each_and_together(tmp_path: Path) -> None:
    rows = [f"a,400,100,{0 if number % 2 else 100}" for number in range(40)]
    rows += ["b,20,900,0"] * 10 + ["b,20,900,3000"] + ["b,20,900,900"] * 4
    file = table(tmp_path / "s.csv", "stratum,universe_count,examined,audited", ((row,) for row in rows))
    rest = table(tmp_path / "rest.csv", "stratum,paid", [*[("a", 100)] * 360, *[("b", 900)] * 5])
    found = appraise_file(
        file, method="net", unreviewed=rest, largest_underpayment=2500, sides="lower", confidence=(0.9,)
    ).appraisal
    names = [figure.name for figure in found.found.figures]
    assert names == ["total", "total of stratum a", "total of stratum b"]
    reviewed = 20 * 100 + 10 * 900 - 2100
    for figure, count, paid in zip(found.found.figures, (365, 360, 5), (40_500, 36_000, 4_500), strict=True):
        lower, _ = figure.limits(0.9, "lower")
        _, upper = figure.limits(0.9, "upper")
        known = {"total": reviewed, names[1]: 2000, names[2]: 6900}[figure.name]
        assert known - 2500 * count <= lower < figure.point < upper <= known + paid


def test_a_manifests_frame_bounds_the_total_from_above(tmp_path: Path) -> None:
    bench = small_workbench(tmp_path / "w")
    bench.samples.draw(Universe("all"), SampleRequest("simple", "7", 30), name="srs")
    audit = bench.audit("srs")
    frame = pl.read_csv(audit.manifest_path.parent / audit.manifest.frame.file_name, infer_schema=False)
    charges = dict(frame.select("unit_id", "charge_amount").iter_rows())
    units = [unit.unit_id for unit in audit.manifest.selected if unit.role == "sample"]
    rows = [
        (unit, charges[unit], "0" if place % 3 == 0 else charges[unit]) for place, unit in enumerate(units)
    ]
    file = table(tmp_path / "r.csv", "unit_id,examined,audited", rows)
    appraisal = appraise_file(file, method="net", manifest=audit.manifest_path, confidence=(0.9,)).appraisal
    figure = appraisal.found.figures[0]
    lower, upper = figure.limits(0.9, "two-sided")
    assert lower == float("-inf")
    rest = sum(float(charge) for unit, charge in charges.items() if unit not in units)
    assert figure.point < upper <= sum(float(paid) - float(right) for _, paid, right in rows) + rest
    bench.samples.draw(Universe("all"), SampleRequest("systematic", "7", 30), name="sys")
    with pytest.raises(UsageError, match="'net' is not for that design"):
        appraise_file(file, method="net", manifest=bench.audit("sys").manifest_path)


def test_the_commands_take_the_largest_underpayment(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = table(tmp_path / "r.csv", "examined,audited", ROWS)
    words = ["ratstats", "appraise", str(file), "--universe", "1000", "--largest-underpayment", "2000"]
    assert main([*words, "--method", "net", "--sides", "lower"]) == 0
    assert "rank gaps" in capsys.readouterr().out
    assert main([*words, "--sides", "lower", "--confidence", "0.9"]) == 0
    out = capsys.readouterr().out
    assert "held in every simulation" in out
    assert "Recommended for the net total" in out
    sizes = ["sample", "size", "net", "--probe", str(file), "--universe", "1000", "--precision", "1"]
    assert main([*sizes, "--largest-underpayment", "2000"]) == 0
    assert "rank gaps" in capsys.readouterr().out
    assert main(["ratstats", "appraise", str(file), "--universe", "9000", "--method", "net"]) == 2


# No figure beside the textbook's is beyond what is possible

_UNITS = st.lists(st.tuples(st.integers(1, 900), st.integers(0, 100)), min_size=4, max_size=30)


def _cases(units: list[tuple[int, int]], factor: int) -> dict[str, tuple[dict[str, list[str]], int | None]]:
    """Return a table for each method of dollars, of the same units; the audited amounts are percents."""
    paid = [str(amount) for amount, _ in units]
    right = [str(amount * percent / 100) for amount, percent in units]
    both = {"examined": paid, "audited": right}
    half = len(units) // 2
    strata = ["a"] * half + ["b"] * (len(units) - half)
    sizes = [str(factor * half)] * half + [str(factor * (len(units) - half))] * (len(units) - half)
    stratified = {"stratum": strata, "universe_count": sizes, **both}
    clusters = [str(place // 2) for place in range(len(units))]
    return {
        "variable": (both, factor * len(units)),
        "stratified": (stratified, None),
        "post-stratified": (stratified, factor * len(units)),
        "cluster": ({"cluster": clusters, **both}, factor * len(set(clusters))),
        "two-stage": (
            {"primary": clusters, "size": [str(clusters.count(one)) for one in clusters], **both},
            factor * len(set(clusters)),
        ),
        "unequal": ({"inclusion_probability": [str(1 / factor)] * len(units), **both}, None),
        "net": (both, factor * len(units)),
    }


@pytest.mark.parametrize("method", ["variable", "stratified", "post-stratified", "cluster", "two-stage",
                                    "unequal", "net"])  # fmt: skip
@given(units=_UNITS, factor=st.integers(2, 6), programme=st.sampled_from(["PIM", "OIG", "SDP", "CIA"]))
@settings(max_examples=8, deadline=None)
def test_no_recommended_limit_and_no_demand_is_beyond_what_is_possible(
    method: str, units: list[tuple[int, int]], factor: int, programme: str
) -> None:
    columns, universe = _cases(units, factor)[method]
    sampled = NumberTable("r.csv", pl.DataFrame(columns))
    paid = float(factor * sum(amount for amount, _ in units))
    worst = 0.0 if method in {"variable", "stratified", "net"} else None
    reviewed = ReviewedUnits(sampled, universe, base_total=paid, largest_underpayment=worst)
    found = make_appraisal(method, reviewed, programme=programme, all_methods=True)
    overpaid = sum(values_of(sampled))
    for limits in found.beside:
        if limits.missing or limits.quantity not in {"total", NET_TOTAL, OVERPAYMENTS_ALONE}:
            continue
        lower = overpaid if limits.lower is None else limits.lower
        upper = paid if limits.upper is None else limits.upper
        assert overpaid - 1e-6 <= lower <= upper <= paid * (1 + 1e-6), limits
    assert found.demanded is not None
    assert overpaid - 1e-6 <= found.demanded.demand <= paid + 1e-6


@given(
    items=st.lists(
        st.tuples(st.integers(0, 8), st.integers(8, 12), st.integers(12, 90)), min_size=2, max_size=4
    )
)
@settings(max_examples=30, deadline=None)
def test_no_recommended_count_is_beyond_what_is_possible(items: list[tuple[int, int, int]]) -> None:
    columns = {
        "stratum": [str(place) for place in range(len(items))],
        "item_count": [str(found) for found, _, _ in items],
        "sample_count": [str(sample) for _, sample, _ in items],
        "universe_count": [str(universe) for _, _, universe in items],
    }
    table_of = NumberTable("a.csv", pl.DataFrame(columns))
    found = make_appraisal("attribute-stratified", ReviewedUnits(table_of), all_methods=True)
    least = sum(item for item, _, _ in items)
    most = sum(universe - sample + item for item, sample, universe in items)
    assert found.beside
    for limits in found.beside:
        if not limits.missing:
            lower = least if limits.lower is None else limits.lower
            upper = most if limits.upper is None else limits.upper
            assert least <= lower <= upper <= most, limits
    for (item, sample, universe), figure in zip(items, found.found.figures[2:], strict=False):
        lower, upper = figure.limits(0.9, "two-sided")
        assert item <= lower <= upper <= universe - sample + item
